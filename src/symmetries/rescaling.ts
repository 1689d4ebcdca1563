import type { Model, ModelTensor } from '../network/model';
import { random } from '../core/random';
import { streams } from '../core/random-streams';
import { type ChannelAxis, channelOf, inputChannels, outputChannels } from './channel-axes';
import type { Objective, Point } from '../objective/evaluation/objective';
import { sizeOf } from '../core/size-of';

/** A tensor that takes part in a rescaling, and where the channels lie in it. */
interface Share {
  readonly tensor: string;
  /** `undefined` where only one factor for all channels is possible. */
  readonly axis: ChannelAxis | undefined;
}

/**
 * A place between layers across which scale can be moved without changing the function (Dinh et al. 2017, section 3): what
 * makes the channels is multiplied, the kernels that take them are divided.
 */
export interface Seam {
  readonly channels: number;
  readonly multiplied: readonly Share[];
  readonly divided: readonly Share[];
  /** May every channel have a factor of its own? */
  readonly perChannel: boolean;
}

/** How far each channel of a seam is scaled: one factor, or one a channel. */
export type Factors = (seam: Seam, index: number) => ArrayLike<number>;

/** The same factor everywhere. */
export const everywhere =
  (factor: number): Factors =>
  ({ channels }) =>
    new Float64Array(channels).fill(factor);

/** Factors of their own for each neuron, log-uniform between 1/factor and factor; one a layer where only that is possible. */
export const eachNeuron =
  (factor: number, seed: number): Factors =>
  ({ channels, perChannel }, index) => {
    const stream = random(seed, streams.rescaling + index);
    const draw = () => factor ** (2 * stream.uniform() - 1);
    const first = draw();
    return Float64Array.from({ length: channels }, () => (perChannel ? draw() : first));
  };

type Spaces = Pick<Objective, 'parameters' | 'state' | 'origin'>;

/** The point at which every seam's channels are scaled by its factors. */
export function rescale(
  { parameters, state, origin }: Spaces,
  seams: readonly Seam[],
  factors: Factors,
): Point {
  const theta = origin.theta.slice();
  const statistics = origin.state!.slice();
  const blocks = new Map([
    ...state.blocks.map((block) => [block.name, { ...block, values: statistics }] as const),
    ...parameters.blocks.map((block) => [block.name, { ...block, values: theta }] as const),
  ]);
  seams.forEach((seam, index) => {
    const each = factors(seam, index);
    const scale = ({ tensor, axis }: Share, by: (factor: number) => number) => {
      const { offset, length, values } = blocks.get(tensor)!;
      for (let i = 0; i < length; i++) values[offset + i] *= by(each[axis ? channelOf(axis, i) : 0]);
    };
    for (const share of seam.multiplied) scale(share, (factor) => factor);
    for (const share of seam.divided) scale(share, (factor) => 1 / factor);
  });
  return { theta, state: statistics };
}

/** The largest difference between outputs, in units of the largest output. */
export function outputDifference(before: Float64Array, after: Float64Array): number {
  let [difference, largest] = [0, 0];
  for (let i = 0; i < before.length; i++) {
    difference = Math.max(difference, Math.abs(before[i] - after[i]));
    largest = Math.max(largest, Math.abs(before[i]));
    if (!Number.isFinite(after[i])) return Infinity;
  }
  return difference / (largest || 1);
}

/** What outputs may differ by where the function is the same: float32 leaves about 1e-6. */
export const SAME_FUNCTION = 1e-5;

/**
 * The seams of a network, found by trying: every kernel (with its bias), normalization (its gamma and beta) or embedding is
 * paired with the kernels that follow it in the file's order, scaled by `factor`, and kept where the outputs stay. So no
 * activation and no architecture has to be known, and what is kept has been checked on the rows given.
 * @param outputsAt the model's outputs on some rows.
 */
export async function findSeams(
  model: Model,
  objective: Spaces,
  factor: number,
  outputsAt: (point: Point) => Promise<Float64Array>,
): Promise<Seam[]> {
  const before = await outputsAt(objective.origin);
  const keeps = async (seam: Seam, factors: Factors) => {
    const after = await outputsAt(rescale(objective, [seam], factors));
    return outputDifference(before, after) <= SAME_FUNCTION;
  };
  const seams: Seam[] = [];
  const sources = sourcesOf(model.tensors);
  for (const { last, channels, shares } of sources) {
    const kernels = model.tensors.slice(last + 1).filter(({ role }) => role === 'kernel');
    for (const taken of FOLLOWERS) {
      const takers = taken.flatMap((i) => kernels[i] ?? []);
      if (takers.length < taken.length) continue;
      const whole = takers.map(({ name }): Share => ({ tensor: name, axis: undefined }));
      const seam: Seam = { channels, multiplied: shares, divided: whole, perChannel: false };
      if (!(await keeps(seam, everywhere(factor)))) continue;
      const single = candidatesPerChannel(seam, takers);
      let found = seam;
      for (const candidate of single)
        if (await keeps(candidate, eachNeuron(factor, 1))) {
          found = candidate;
          break;
        }
      seams.push(found);
      break;
    }
  }
  return seams;
}

/** Which of the kernels after a layer take its channels: the next one, or a fork of two or three, or one past a branch. */
export const FOLLOWERS: readonly (readonly number[])[] = [[0], [0, 1], [0, 1, 2], [1]];

interface Source {
  /** Position of the last of its tensors. */
  readonly last: number;
  readonly channels: number;
  readonly shares: readonly Share[];
}

/** What makes channels, in the file's order. */
function sourcesOf(tensors: readonly ModelTensor[]): Source[] {
  const sources: Source[] = [];
  tensors.forEach((tensor, position) => {
    const { role, layer } = tensor;
    const earlier = tensors[position - 1];
    if (role === 'norm' && earlier?.role === 'norm' && earlier.layer === layer) return;
    if (role !== 'kernel' && role !== 'norm' && role !== 'embedding') return;
    const axis = outputChannels(tensor);
    const { channels } = axis;
    const shares: Share[] = [{ tensor: tensor.name, axis }];
    const next = tensors[position + 1];
    const companion = next?.layer === layer && next.role === (role === 'norm' ? 'norm' : 'bias');
    if (companion)
      shares.push({
        tensor: next.name,
        axis: sizeOf(next.shape) === channels ? { channels, inner: 1 } : undefined,
      });
    sources.push({ last: companion ? position + 1 : position, channels, shares });
  });
  return sources;
}

/** The seam with a factor a channel, as the kernels that follow may take the channels. */
function candidatesPerChannel(seam: Seam, takers: readonly ModelTensor[]): Seam[] {
  const axes = takers.map((taker) => inputChannels(taker, seam.channels));
  if (seam.multiplied.some(({ axis }) => !axis) || axes.some(({ length }) => length === 0)) return [];
  return [0, 1].map((order) => ({
    ...seam,
    perChannel: true,
    divided: seam.divided.map(({ tensor }, i): Share => ({ tensor, axis: axes[i].at(order) ?? axes[i][0] })),
  }));
}

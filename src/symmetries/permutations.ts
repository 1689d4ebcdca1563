import type { Model, ModelTensor } from '../network/model';
import { random, shuffle } from '../core/random';
import { streams } from '../core/random-streams';
import { type ChannelAxis, inputChannels, outputChannels, permuteChannels } from './channel-axes';
import type { Objective, Point } from '../objective/evaluation/objective';
import { FOLLOWERS, SAME_FUNCTION, outputDifference } from './rescaling';

/** A tensor that holds channels, and where they lie in it. */
interface Member {
  readonly tensor: string;
  readonly axis: ChannelAxis;
}

/**
 * Neurons that can change places, in all tensors that hold them at once, without changing the function (Hecht-Nielsen
 * 1990): those that make them, and those that take them.
 */
export interface PermutationGroup {
  readonly channels: number;
  /**
   * So many, one after another, stay together, and some tensors hold one channel for them all: query heads that share keys
   * and values (Ainslie et al. 2023). They change places with others that share, and among themselves.
   */
  readonly sharing?: number;
  readonly makers: readonly Member[];
  readonly takers: readonly Member[];
}

export interface FoundPermutations {
  readonly groups: readonly PermutationGroup[];
  /** Layers with hidden neurons. */
  readonly layers: number;
  /** How many of them have their neurons in a group. */
  readonly permuted: number;
}

type Spaces = Pick<Objective, 'parameters' | 'state' | 'origin'>;

/** The point at which neuron `orders[g][c]` of each group g has taken the place of neuron c. */
export function permute(
  { parameters, state }: Pick<Spaces, 'parameters' | 'state'>,
  point: Required<Point>,
  groups: readonly PermutationGroup[],
  orders: readonly ArrayLike<number>[],
): Required<Point> {
  const moved = { theta: point.theta.slice(), state: point.state.slice() };
  const blocks = new Map([
    ...state.blocks.map((block) => [block.name, { ...block, values: moved.state }] as const),
    ...parameters.blocks.map((block) => [block.name, { ...block, values: moved.theta }] as const),
  ]);
  groups.forEach(({ makers, takers }, g) => {
    for (const { tensor, axis } of [...makers, ...takers]) {
      const { offset, length, values } = blocks.get(tensor)!;
      permuteChannels(values.subarray(offset, offset + length), axis, orders[g]);
    }
  });
  return moved;
}

/**
 * Which tensors' channels move together, found by trying: the heads of attention layers; the filters of a kernel with the
 * vectors of their number that come with it (bias, batch norm and its statistics) and the input axis of the kernels that
 * follow it in the file's order, kept where the outputs stay. What is left is tried as a whole, all tensors of one width together: that is how the
 * channels of residual connections are. So no activation and no architecture has to be known. Trials are made at a point
 * near the checkpoint where no two neurons are alike and none is dead, so that what is found holds for every point.
 * @param outputsAt the model's outputs on some rows.
 */
export async function findPermutations(
  model: Model,
  objective: Spaces,
  outputsAt: (point: Point) => Promise<Float64Array>,
): Promise<FoundPermutations> {
  const point = disturbed(objective);
  const before = await outputsAt(point);
  const differenceOf = async (group: PermutationGroup, order: Int32Array) =>
    outputDifference(before, await outputsAt(permute(objective, point, [group], [order])));
  const keeps = async (group: PermutationGroup) => {
    const orders = generators(group);
    for (const order of orders) if ((await differenceOf(group, order)) > SAME_FUNCTION) return false;
    // Outputs that never move, as of a saturated softmax, say nothing.
    return (await differenceOf({ ...group, takers: [] }, orders[0])) > MOVED;
  };
  const layout = new Layout(model);
  const groups: PermutationGroup[] = [];
  const keepFirst = async (candidates: Iterable<PermutationGroup>) => {
    for (const candidate of candidates)
      if (await keeps(candidate)) {
        layout.claim(candidate);
        groups.push(candidate);
        return;
      }
  };
  for (const heads of layout.heads()) await keepFirst([heads]);
  for (const source of layout.sources)
    if (layout.isFree(source)) await keepFirst(layout.candidatesOf(source));
  for (const width of layout.freeWidths()) await keepFirst(layout.candidatesOfWidth(width));
  return { groups, ...layout.counts() };
}

/** How far outputs move at least where they depend on the order of neurons. */
const MOVED = 100 * SAME_FUNCTION;

/** Orders that generate all that a group allows: of what stays together, and, of the first of these, within it. */
function generators({ channels, sharing = 1 }: PermutationGroup): Int32Array[] {
  const shares = channels / sharing;
  const ofShares = shares > 1 ? everyOrder(shares) : [];
  const within = sharing > 1 ? everyOrder(sharing) : [];
  return [
    ...ofShares.map((order) =>
      Int32Array.from(
        { length: channels },
        (_, c) => order[Math.floor(c / sharing)] * sharing + (c % sharing),
      ),
    ),
    ...within.map((order) => Int32Array.from({ length: channels }, (_, c) => (c < sharing ? order[c] : c))),
  ];
}

/** A cycle of all and the exchange of two neighbours in it generate every permutation. */
function everyOrder(channels: number): Int32Array[] {
  const ordered = Int32Array.from({ length: channels }, (_, i) => i);
  const round = shuffle(ordered.slice(), random(1, streams.permutations));
  const [cycle, exchange] = [ordered.slice(), ordered.slice()];
  round.forEach((channel, i) => (cycle[channel] = round[(i + 1) % channels]));
  [exchange[round[0]], exchange[round[1]]] = [round[1], round[0]];
  return [cycle, exchange];
}

/** A point a fifth of each tensor's size away; statistics only grow, since a variance is positive. */
function disturbed({ parameters, state, origin }: Spaces): Required<Point> {
  const stream = random(1, streams.permutations + 1);
  const point = { theta: origin.theta.slice(), state: origin.state!.slice() };
  const disturb = (values: Float64Array, draw: () => number) => {
    const square = values.reduce((sum, value) => sum + value * value, 0) / values.length;
    const size = 0.2 * (Math.sqrt(square) || 0.5);
    for (let i = 0; i < values.length; i++) values[i] += size * draw();
  };
  for (const { offset, length } of parameters.blocks)
    disturb(point.theta.subarray(offset, offset + length), () => stream.normal());
  for (const { offset, length } of state.blocks)
    disturb(point.state.subarray(offset, offset + length), () => stream.uniform());
  return point;
}

/** A kernel or an embedding that makes hidden channels. */
interface Source {
  readonly tensor: ModelTensor;
  /** In the file's order. */
  readonly position: number;
  readonly axis: ChannelAxis;
}

/** What of a model may belong together, and what has been found to. */
class Layout {
  readonly sources: readonly Source[];
  private readonly kernels: readonly ModelTensor[];
  private readonly made = new Set<string>();
  private readonly taken = new Set<string>();

  constructor(private readonly model: Model) {
    this.kernels = model.tensors.filter(({ role }) => role === 'kernel');
    const output = this.kernels.at(-1);
    this.sources = model.tensors.flatMap((tensor, position): Source[] => {
      if (tensor === output || (tensor.role !== 'kernel' && tensor.role !== 'embedding')) return [];
      const axis = outputChannels(tensor);
      return axis.channels > 1 ? [{ tensor, position, axis }] : [];
    });
  }

  isFree({ tensor }: Source): boolean {
    return !this.made.has(tensor.name);
  }

  claim({ makers, takers }: PermutationGroup): void {
    for (const { tensor } of makers) this.made.add(tensor);
    for (const { tensor } of takers) this.taken.add(tensor);
  }

  counts(): { layers: number; permuted: number } {
    const layers = new Set(this.sources.map(({ tensor }) => tensor.layer));
    const fixed = new Set(
      this.sources.filter((source) => this.isFree(source)).map(({ tensor }) => tensor.layer),
    );
    return { layers: layers.size, permuted: layers.size - fixed.size };
  }

  /** The heads of attention layers: in all that makes them, and in the map back from them. */
  *heads(): Iterable<PermutationGroup> {
    for (const layer of new Set(this.kernels.map((kernel) => kernel.layer))) {
      const own = this.model.tensors.filter((tensor) => tensor.layer === layer);
      const into = own.filter(
        ({ role, shape, filterAxis }) => role === 'kernel' && shape.length === 3 && filterAxis === 1,
      );
      const back = own.filter(({ role, filterAxis }) => role === 'kernel' && filterAxis === 2);
      if (into.length === 0 || back.length !== 1) continue;
      const biases = own.filter(({ role, shape }) => role === 'bias' && shape.length === 2);
      const makers = [...into, ...biases].map(({ name, shape }): Member => ({
        tensor: name,
        axis: { channels: shape.at(-2)!, inner: shape.at(-1)! },
      }));
      const [{ name, shape, data }] = back;
      const [channels] = shape;
      const sharing = channels / Math.min(...makers.map(({ axis }) => axis.channels));
      if (channels < 2 || !Number.isInteger(sharing)) continue;
      const taker = { tensor: name, axis: { channels, inner: data.length / channels } };
      yield { channels, ...(sharing > 1 ? { sharing } : {}), makers, takers: [taker] };
    }
  }

  /** A source with the kernels that may take its channels. */
  *candidatesOf(source: Source): Iterable<PermutationGroup> {
    yield* this.gatedCandidates(source);
    const { tensor, position, axis } = source;
    const { channels } = axis;
    const { tensors } = this.model;
    const own = this.vectorsOf(new Set([tensor.layer]), channels);
    const rest = tensors.slice(position + 1);
    const end = rest.findIndex((next) => next.role === 'kernel' && !passes(next, channels));
    const between = rest.slice(0, end < 0 ? rest.length : end).filter(({ layer }) => layer !== tensor.layer);
    const passing = between.filter((next) => next.role === 'kernel');
    const following = this.vectorsOf(new Set(between.map(({ layer }) => layer)), channels);
    const alone = [{ tensor: tensor.name, axis }, ...own];
    const chain = [...alone, ...passing.map(memberOf), ...following];
    const kernels = rest.filter((next) => next.role === 'kernel' && !passing.includes(next));
    for (const makers of chain.length > alone.length ? [chain, alone] : [alone])
      for (const takers of followings(kernels, channels)) yield { channels, makers, takers };
  }

  /** The units of a recurrent layer with gates: all its tensors hold them once a gate, and its recurrent kernel takes them. */
  private *gatedCandidates({ tensor: { layer }, position }: Source): Iterable<PermutationGroup> {
    const own = this.model.tensors.filter((tensor) => tensor.layer === layer && tensor.role !== 'statistic');
    const pair = own.filter(({ role }) => role === 'kernel');
    if (pair.length !== 2) return;
    const all = pair[0].shape.at(-1)!;
    if (own.some(({ shape }) => shape.at(-1) !== all)) return;
    const kernels = this.model.tensors
      .slice(position)
      .filter(({ role, layer: other }) => role === 'kernel' && other !== layer);
    for (const { name, shape } of pair.reverse()) {
      const channels = shape[0];
      if (channels >= all || all % channels !== 0) continue;
      const makers = own.map((tensor) => ({ tensor: tensor.name, axis: { channels, inner: 1 } }));
      const itself = { tensor: name, axis: { channels, inner: all } };
      for (const takers of followings(kernels, channels))
        yield { channels, makers, takers: [itself, ...takers] };
    }
  }

  freeWidths(): Set<number> {
    return new Set(this.sources.filter((source) => this.isFree(source)).map(({ axis }) => axis.channels));
  }

  /** All that is left of one width together, and perhaps a kernel that takes it flattened. */
  *candidatesOfWidth(channels: number): Iterable<PermutationGroup> {
    const sources = this.sources.filter((source) => this.isFree(source) && source.axis.channels === channels);
    const { layer: output } = this.kernels.at(-1)!;
    const layers = new Set(this.model.tensors.map(({ layer }) => layer).filter((layer) => layer !== output));
    const makers = [
      ...sources.map(({ tensor, axis }) => ({ tensor: tensor.name, axis })),
      ...this.vectorsOf(layers, channels).filter(({ tensor }) => !this.made.has(tensor)),
    ];
    // The first kernel takes the inputs.
    const open = this.kernels.slice(1).filter(({ name }) => !this.taken.has(name));
    const width = (kernel: ModelTensor) => inputChannels(kernel, channels).length;
    const exact = open.filter((kernel) => width(kernel) === 1);
    const wider = open.filter((kernel) => width(kernel) === 2);
    const [whole] = takings(exact, channels);
    yield { channels, makers, takers: whole };
    for (const kernel of wider)
      for (const flattened of takings([kernel], channels))
        yield { channels, makers, takers: [...whole, ...flattened] };
  }

  /** What has an entry a channel in some layers: vectors, and biases with more axes before. */
  private vectorsOf(layers: ReadonlySet<string>, channels: number): Member[] {
    return this.model.tensors
      .filter(
        ({ layer, role, shape }) =>
          layers.has(layer) && role !== 'kernel' && role !== 'embedding' && shape.at(-1) === channels,
      )
      .map(memberOf);
  }
}

const memberOf = (tensor: ModelTensor): Member => ({ tensor: tensor.name, axis: outputChannels(tensor) });

/** May a kernel work on each of so many channels by itself, as depthwise ones do? */
function passes(kernel: ModelTensor, channels: number): boolean {
  const { filterAxis, shape } = kernel;
  if (filterAxis === undefined || shape.length < 3 || shape[filterAxis] !== channels) return false;
  return shape[filterAxis === 0 ? 1 : filterAxis + 1] === 1;
}

/** The ways in which the next of these kernels may take so many channels. */
function* followings(kernels: readonly ModelTensor[], channels: number): Iterable<Member[]> {
  for (const places of FOLLOWERS) {
    const followers = places.flatMap((i) => kernels[i] ?? []);
    if (followers.length === places.length) yield* takings(followers, channels);
  }
}

/** The ways in which these kernels may take so many channels: all of them the inner ones of their inputs, or the outer. */
function takings(kernels: readonly ModelTensor[], channels: number): Member[][] {
  const axes = kernels.map((kernel) => inputChannels(kernel, channels));
  if (axes.some(({ length }) => length === 0)) return [];
  const orders = Math.max(1, ...axes.map(({ length }) => length));
  return Array.from({ length: orders }, (_, order) =>
    kernels.map(({ name }, i) => ({ tensor: name, axis: axes[i][Math.min(order, axes[i].length - 1)] })),
  );
}

import { setImmediate } from 'node:timers/promises';
import { linearSumAssignment } from 'linear-sum-assignment';
import { type ChannelAxis, permuteChannels } from '../../symmetries/channel-axes';
import { throwIfCancelled } from '../../core/errors';
import { random, shuffle } from '../../core/random';
import { streams } from '../../core/random-streams';

/** Where channels lie in a flat vector: in the tensor that begins at `offset`. */
export interface ChannelPlace {
  readonly offset: number;
  readonly length: number;
  readonly axis: ChannelAxis;
}

/** Channels that change places together, in all these tensors. */
export interface ChannelGroup {
  readonly channels: number;
  /** So many, one after another, stay together, and tensors may hold one channel for them all. Default 1. */
  readonly sharing?: number;
  readonly places: readonly ChannelPlace[];
}

/** It ends by itself: the inner product rises with each change. */
const MOST_SWEEPS = 100;

/**
 * The orders of each group's channels in `b` that bring its weights nearest to those of `a`, `orders[g][c]` being the
 * channel that comes to place c: weight matching (Ainsworth et al. 2022, "Git Re-Basin", algorithm 1). Group by group, in
 * a new order each sweep, the sum of inner products of the channels' weights is made as large as it can be with the other
 * groups held fixed, a linear assignment problem, until none rises; so a local optimum, by the seed.
 * @throws CancelledError.
 */
export async function matchWeights(
  a: Float64Array,
  b: Float64Array,
  groups: readonly ChannelGroup[],
  { seed, signal }: { readonly seed: number; readonly signal?: AbortSignal },
): Promise<Int32Array[]> {
  const moved = b.slice();
  const orders = groups.map(({ channels }) => Int32Array.from({ length: channels }, (_, i) => i));
  const stream = random(seed, streams.weightMatching);
  const sequence = Int32Array.from(groups, (_, g) => g);
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let changed = false;
    for (const g of shuffle(sequence, stream)) {
      const better = assignSharing(await similarities(a, moved, groups[g], signal));
      if (better.every((channel, i) => channel === i)) continue;
      // Where one tensor holds the channels twice, the problem is not linear: what does not rise is undone.
      const gain = gainOf(a, moved, groups[g], better);
      if (!(gain.after > gain.before + 1e-12 * Math.abs(gain.before))) {
        reorder(moved, groups[g], inverse(better));
        continue;
      }
      orders[g] = better.map((channel) => orders[g][channel]);
      changed = true;
    }
    if (!changed) break;
  }
  return orders;
}

/** The assignment of columns to rows with the largest sum of entries: the column of each row. */
export const assign = (gains: readonly Float64Array[]): Int32Array =>
  Int32Array.from(linearSumAssignment([...gains], { maximaze: true }).rowAssignments);

/** Inner products of channels, and of what they share. */
interface Similarities {
  readonly each: readonly Float64Array[];
  readonly shared: readonly Float64Array[];
}

/** The best assignment that keeps together what shares a channel: for each pair of shares the best within them, then of shares. */
function assignSharing({ each, shared }: Similarities): Int32Array {
  const sharing = each.length / shared.length;
  if (sharing === 1) return assign(each.map((row, i) => row.map((value, j) => value + shared[i][j])));
  const within = shared.map((_, s) =>
    shared.map((_unused, t) => {
      const part = each
        .slice(s * sharing, (s + 1) * sharing)
        .map((row) => row.subarray(t * sharing, (t + 1) * sharing));
      const columns = assign(part);
      return { columns, gain: part.reduce((sum, row, i) => sum + row[columns[i]], 0) };
    }),
  );
  const shares = assign(shared.map((row, s) => row.map((value, t) => value + within[s][t].gain)));
  return Int32Array.from(each, (_, channel) => {
    const s = Math.floor(channel / sharing);
    return shares[s] * sharing + within[s][shares[s]].columns[channel % sharing];
  });
}

/** Multiplications of one sweep over all groups. */
export const sweepCost = (groups: readonly ChannelGroup[]): number =>
  groups.reduce(
    (sum, { channels, places }) => sum + channels * places.reduce((all, { length }) => all + length, 0),
    0,
  );

/** Reorders a group's channels and says what became of the inner product with `a` over the tensors concerned. */
function gainOf(
  a: Float64Array,
  b: Float64Array,
  group: ChannelGroup,
  order: Int32Array,
): { before: number; after: number } {
  const tensors = new Map(group.places.map((place) => [place.offset, place]));
  const product = () => {
    let sum = 0;
    for (const { offset, length } of tensors.values())
      for (let i = offset; i < offset + length; i++) sum += a[i] * b[i];
    return sum;
  };
  const before = product();
  reorder(b, group, order);
  return { before, after: product() };
}

function reorder(values: Float64Array, { places }: ChannelGroup, order: Int32Array): void {
  for (const { offset, length, axis } of places)
    permuteChannels(values.subarray(offset, offset + length), axis, order);
}

function inverse(order: Int32Array): Int32Array {
  const back = new Int32Array(order.length);
  order.forEach((channel, i) => (back[channel] = i));
  return back;
}

/** Entry [i][j]: the inner product of channel i's weights in `a` with channel j's in `b`, over all tensors of the group. */
async function similarities(
  a: Float64Array,
  b: Float64Array,
  { channels, sharing = 1, places }: ChannelGroup,
  signal: AbortSignal | undefined,
): Promise<Similarities> {
  const zeros = (size: number) => Array.from({ length: size }, () => new Float64Array(size));
  const [each, shared] = [zeros(channels), zeros(channels / sharing)];
  for (const { offset, length, axis } of places) {
    // The engine answers in between.
    await setImmediate();
    throwIfCancelled(signal);
    const left = channelRows(a.subarray(offset, offset + length), axis);
    const right = channelRows(b.subarray(offset, offset + length), axis);
    const table = axis.channels === channels ? each : shared;
    const width = length / axis.channels;
    for (let i = 0; i < axis.channels; i++)
      for (let j = 0; j < axis.channels; j++) {
        let sum = 0;
        for (let k = 0, p = i * width, q = j * width; k < width; k++) sum += left[p + k] * right[q + k];
        table[i][j] += sum;
      }
  }
  return { each, shared };
}

/** A tensor's entries with those of one channel side by side: [channels, entries of a channel]. */
function channelRows(values: Float64Array, { channels, inner }: ChannelAxis): Float64Array {
  const rows = new Float64Array(values.length);
  const block = channels * inner;
  const width = values.length / channels;
  for (let from = 0, at = 0; from < values.length; from += block, at += inner)
    for (let c = 0; c < channels; c++)
      rows.set(values.subarray(from + c * inner, from + (c + 1) * inner), c * width + at);
  return rows;
}

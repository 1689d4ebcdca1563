import { availableParallelism } from 'node:os';
import * as z from 'zod';
import { UserError, messageOf } from '../../core/errors';
import { streams } from '../../core/random-streams';
import { random } from '../../core/random';
import { distance, norm } from '../../core/vectors';
import { Objective, type ObjectiveOptions } from '../../objective/evaluation/objective';
import type { KeptStore } from '../../settings/kept-store';
import { resultKey } from '../../settings/result-key';
import { affordableRows } from '../analyze/float64';
import { unit } from '../analyze/first-products';

/** Operations of a product over all rows below which nothing is asked: some tenth of a second on two cores. */
const LEAST_OPERATIONS = 2e9;
/** So long a product over all rows takes on the processor, in milliseconds, before another device is tried. */
const LEAST_MILLISECONDS = 100;
/** By so much the other must be faster: what is chosen once holds for all runs, and clocks scatter. */
const FASTER = 0.8;
/** How far gradient and product may be from the processor's and from float64's, relative, in norm. */
const ALLOWED = 1e-3;
/** How long the other device may take for what is asked of it: at least this, or so many of the processor's products. */
const PATIENCE = { milliseconds: 10_000, products: 20 } as const;

/** What trying a device has shown: milliseconds of a product over the same rows, and how far apart the numbers are. */
const trialSchema = z.object({
  processor: z.number(),
  device: z.number(),
  apart: z.number(),
});
type Trial = z.infer<typeof trialSchema>;

/** Kept of a device that did not answer, or not in time. */
const FAILED = 1e9;

export interface Candidate {
  /** The device by its name, as notes say it; none where the machine has none. */
  readonly name: string | undefined;
  readonly backend: ObjectiveOptions['backend'];
  /** Where trials are kept. */
  readonly kept: KeptStore;
  readonly signal: AbortSignal;
  /** Operations and milliseconds of a product below which the candidate is not tried. */
  readonly least?: { readonly operations: number; readonly milliseconds: number };
}

/** An objective where it is computed, and what the reader should know of it. */
export interface Placed {
  readonly objective: Objective;
  readonly notes: readonly string[];
}

/**
 * The same objective on another device where the network's own product was found to be faster there, and its gradient and
 * product right. What was found is kept by device and architecture, so that one machine chooses the same every time.
 * The objective given is disposed of where another one is.
 * @throws CancelledError
 */
export async function onFasterDevice(objective: Objective, candidate: Candidate): Promise<Placed> {
  const { name, backend, kept, signal } = candidate;
  const least = candidate.least ?? { operations: LEAST_OPERATIONS, milliseconds: LEAST_MILLISECONDS };
  const stays = { objective, notes: [] };
  if (name === undefined || objective.rowWork.operations * objective.rows < least.operations) return stays;
  const key = trialKey(objective, candidate);
  const trial =
    (await kept.read(key, trialSchema)) ?? (await tried(objective, candidate, least.milliseconds));
  if (trial === undefined) return stays;
  // Where nothing can be kept the trial is made again next time.
  await kept.write(key, trial).catch(() => undefined);
  if (!(trial.apart <= ALLOWED && trial.device <= FASTER * trial.processor)) return stays;
  try {
    const there = await Objective.create({ ...objective.options, backend });
    objective.dispose();
    return { objective: there, notes: [chosenNote(name, trial)] };
  } catch (error) {
    if (signal.aborted) throw error;
    return {
      objective,
      notes: [`${name} could not be used (${messageOf(error)}): computed on the processor.`],
    };
  }
}

const chosenNote = (name: string, { processor, device }: Trial): string =>
  `Computed on ${name}: on this machine it multiplies ${(processor / device).toFixed(1)} times as fast as the processor, with the same figures.`;

/** What a trial holds for: the device, the runtime's version, the tensors, what a row takes, and how rows are cut and shared. */
function trialKey(objective: Objective, { name, backend }: Candidate): string {
  const { parameters, rowWork, chunkRows, backend: own } = objective;
  const tensors = parameters.blocks.map(({ shape }) => shape);
  return resultKey(
    'device',
    name,
    backend,
    own.versions,
    tensors,
    rowWork,
    chunkRows,
    chunksTried(objective),
  );
}

/** As many chunks as the processor computes side by side. */
const chunksTried = ({ rows, chunkRows }: Objective): number =>
  Math.min(availableParallelism(), Math.ceil(rows / chunkRows));

/** Asks both for gradient and product over the same rows; nothing where the processor is fast enough anyway. */
async function tried(
  objective: Objective,
  { backend, signal }: Candidate,
  leastMilliseconds: number,
): Promise<Trial | undefined> {
  const few = objective.leading(chunksTried(objective) * objective.chunkRows);
  const here = await asked(few, signal);
  if (here.milliseconds * (objective.rows / few.rows) < leastMilliseconds) return undefined;
  const patience = Math.max(PATIENCE.milliseconds, PATIENCE.products * here.milliseconds);
  const limit = new AbortController();
  const end = () => limit.abort();
  signal.addEventListener('abort', end, { once: true });
  const timer = setTimeout(end, patience);
  let other: Objective | undefined;
  try {
    other = await few.over(few.options.trainRows, backend);
    const there = await asked(other, limit.signal);
    const apart = Math.max(
      relative(there.gradient, here.gradient),
      relative(there.product, here.product),
      await fromFloat64(other, limit.signal),
    );
    return { processor: here.milliseconds, device: there.milliseconds, apart: Math.min(apart, FAILED) };
  } catch (error) {
    if (signal.aborted) throw error;
    // A driver may be installed by the next time; what is slow or wrong stays so.
    if (error instanceof UserError) return undefined;
    return { processor: here.milliseconds, device: FAILED, apart: FAILED };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
    other?.dispose();
    objective.restart(signal);
  }
}

/** Gradient and product with a random unit vector, and how long a second product takes, compiled and warm. */
async function asked(objective: Objective, signal: AbortSignal) {
  const { origin, parameters } = objective;
  const vector = unit(parameters.dimension, random(0, streams.selfCheck));
  const { gradient } = await objective.gradient(origin, signal);
  const [product] = await objective.hvp(origin, [vector], signal);
  const started = performance.now();
  await objective.hvp(origin, [vector], signal);
  return { gradient, product, milliseconds: performance.now() - started };
}

/** How far gradient and product are from float64's over as many rows as a second allows; 0 where it allows none. */
async function fromFloat64(objective: Objective, signal: AbortSignal): Promise<number> {
  const rows = Math.min(affordableRows(objective, 2), objective.chunkRows);
  if (rows < 1) return 0;
  const point = objective.origin;
  const vector = unit(objective.parameters.dimension, random(0, streams.selfCheck));
  const ours = await objective.ofFirst(rows, 'hessian', { point, vector }, signal);
  const exact = await objective.inFloat64(rows);
  try {
    const { gradient } = await exact.gradient(point, signal);
    const [product] = await exact.hvp(point, [vector], signal);
    return Math.max(relative(ours.gradient, gradient), relative(ours.product, product));
  } finally {
    exact.dispose();
  }
}

/** |a - b| / |b|; infinite where a number is none. */
function relative(a: Float64Array, b: Float64Array): number {
  const apart = distance(a, b) / (norm(b) || 1);
  return Number.isNaN(apart) ? Infinity : apart;
}

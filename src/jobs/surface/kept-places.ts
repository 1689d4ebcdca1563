import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { LossPoint } from '../../contract/report';
import type { AnalyzeRequest } from '../../contract/settings';
import type { SurfaceChoices } from '../../contract/surface';
import type { Point } from '../../objective/evaluation/objective';
import { settingsOf } from '../../settings/fingerprint';
import { KeptStore } from '../../settings/kept-store';
import { resultKey } from '../../settings/result-key';
import type { PointSample } from '../preparation/measure-point';
import type { DrawnPlane } from './planes';

/** Between two writes: what a killed process has to measure again. */
const EACH_MS = 2000;

/** JSON has no number for these, and a wall is worth keeping too. */
const numberSchema = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])]);
type Written = z.infer<typeof numberSchema>;

const pointSchema = z.object({
  loss: z.tuple([numberSchema, numberSchema.nullable()]),
  accuracy: z.tuple([numberSchema, numberSchema.nullable()]).optional(),
  rows: z.int(),
});
const sampleSchema = z.object({ train: pointSchema, test: pointSchema.optional() });
const placesSchema = z.record(z.string(), sampleSchema);

/** What the figures at places of a plane depend on, besides where they lie. */
export interface PlacesKey {
  readonly plane: DrawnPlane;
  /** SHA-256 of the file with the network, and of what was measured on. */
  readonly checkpoint: string;
  readonly data: string;
  readonly request: Omit<AnalyzeRequest, 'trained'>;
  readonly batchNorm: SurfaceChoices['batchNorm'];
}

/**
 * What was measured at places of a plane, in a folder where one is given: a picture that was cancelled goes on from it, and a
 * finer one begins with it. Planes are known by their own numbers, so that it matters neither how one was found nor where
 * the files lie, and nothing is taken for another's.
 */
export class KeptPlaces {
  private readonly places: Map<string, z.infer<typeof sampleSchema>>;
  private written = -Infinity;
  private isNew = false;

  private constructor(
    private readonly store: KeptStore | undefined,
    private readonly key: string,
    places: z.infer<typeof placesSchema>,
  ) {
    this.places = new Map(Object.entries(places));
  }

  /** For one picture alone: nothing is known before, and nothing stays. */
  static ofNone(): KeptPlaces {
    return new KeptPlaces(undefined, '', {});
  }

  /** What is damaged counts as absent. */
  static async open(folder: string | undefined, of: PlacesKey): Promise<KeptPlaces> {
    if (folder === undefined) return KeptPlaces.ofNone();
    const store = new KeptStore(folder, '.places.json');
    const key = keyOfPlane('places of a plane', of);
    return new KeptPlaces(store, key, (await store.read(key, placesSchema)) ?? {});
  }

  find(place: string): PointSample | undefined {
    const sample = this.places.get(place);
    if (!sample) return undefined;
    const { train, test } = sample;
    return { train: read(train), ...(test ? { test: read(test) } : {}) };
  }

  /** Takes in what was measured; it is on disk a little later. */
  async keep(measured: ReadonlyMap<string, PointSample>): Promise<void> {
    for (const [place, { train, test }] of measured) {
      this.places.set(place, { train: written(train), ...(test ? { test: written(test) } : {}) });
      this.isNew = true;
    }
    if (performance.now() - this.written >= EACH_MS) await this.save();
  }

  /** Puts on disk what is not there yet. @throws UserError where it cannot be written. */
  async save(): Promise<void> {
    if (!this.store || !this.isNew) return;
    this.isNew = false;
    await this.store.write(this.key, Object.fromEntries(this.places));
    this.written = performance.now();
  }
}

/** Coordinates of a plane as a place; a finer lattice has the same ones to the last digit. */
export const placeAt = ([x, y]: readonly [number, number]): string => `${x} ${y}`;

/** A point of parameter space as a place. */
export const placeOf = ({ theta, state }: Point): string => hashOf([theta, state ?? new Float64Array(0)]);

/** The key of one kind of figures at places of a plane. */
export function keyOfPlane(
  kind: string,
  { plane: { origin, directions }, checkpoint, data, request, batchNorm }: PlacesKey,
): string {
  const vectors = [origin, ...directions].flatMap(({ theta, state }) => [theta, state]);
  const settings = settingsOf({ ...request, checkpoint: '' });
  return resultKey(kind, hashOf(vectors), { checkpoint, data }, settings, batchNorm);
}

function hashOf(vectors: readonly Float64Array[]): string {
  const hash = createHash('sha256');
  for (const { buffer, byteOffset, byteLength, length } of vectors)
    hash.update(`${length} `).update(new Uint8Array(buffer, byteOffset, byteLength));
  return hash.digest('hex');
}

const write = (value: number): Written =>
  Number.isFinite(value) ? value : (String(value) as Exclude<Written, number>);

function written({ loss, accuracy, rows }: LossPoint): z.infer<typeof pointSchema> {
  const estimate = ({ value, standardError }: LossPoint['loss']): [Written, Written | null] => [
    write(value),
    standardError === null ? null : write(standardError),
  ];
  return { loss: estimate(loss), ...(accuracy ? { accuracy: estimate(accuracy) } : {}), rows };
}

function read({ loss, accuracy, rows }: z.infer<typeof pointSchema>): LossPoint {
  const estimate = ([value, error]: typeof loss) => ({
    value: Number(value),
    standardError: error === null ? null : Number(error),
  });
  return { loss: estimate(loss), ...(accuracy ? { accuracy: estimate(accuracy) } : {}), rows };
}

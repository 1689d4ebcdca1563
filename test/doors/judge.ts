import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sizeOf } from '../../src/core/size-of';
import { UserError } from '../../src/core/errors';
import { openModel } from '../../src/formats/model';
import { outputsOf } from '../support/forward';
import type { Door, Written } from './python';

/** What became of an architecture at a door. */
export interface Verdict {
  readonly name: string;
  readonly door: Door;
  readonly parameters: number;
  /** Of processor time, to open the file and build its network. */
  readonly seconds?: number;
  /** Of the outputs, of their norm. */
  readonly deviation?: number;
  /** How far the outputs of the first two rows lie apart, of the norm of all: where it is nothing, nothing was tested. */
  readonly apart?: number;
  /** Why there are no figures: PyTorch's own words where it could not write the file, or our sentence. */
  readonly refusal?: string;
}

const array = <Numbers>(folder: string, file: string, Type: new (buffer: ArrayBuffer) => Numbers): Numbers =>
  new Type(Uint8Array.from(readFileSync(join(folder, file))).buffer);

/** Opens what was written for a door and holds its outputs against those of PyTorch in float64. */
export async function judge(name: string, door: Door, written: Written, folder: string): Promise<Verdict> {
  const { shape, floats, output, parameters, files } = written;
  const file = files[door]!;
  const verdict = { name, door, parameters };
  if (typeof file !== 'string') return { ...verdict, refusal: file.refusal };
  try {
    const before = process.cpuUsage();
    const { model } = await openModel(file, undefined, [shape.slice(1)]);
    const { user, system } = process.cpuUsage(before);
    const seconds = (user + system) / 1e6;
    const rows = floats
      ? Float64Array.from(array(folder, 'rows.bin', Float32Array))
      : array(folder, 'rows.bin', Int32Array);
    const computed = await outputsOf(model, [rows], shape[0]);
    const expected = array(folder, 'output.bin', Float64Array);
    const size = Math.hypot(...expected.map(Math.abs)) || 1;
    const row = sizeOf(output.slice(1));
    return {
      ...verdict,
      seconds,
      deviation: computed.length === expected.length ? distance(expected, computed) / size : Infinity,
      apart: distance(expected.subarray(0, row), expected.subarray(row, 2 * row)) / size,
    };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { ...verdict, refusal: error.message.replaceAll(`${folder}/`, '') };
  }
}

const distance = (a: Float64Array, b: Float64Array): number =>
  Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0));

/** Float32 leaves this much between two ways to compute a network. */
export const MOST = 1e-4;

/** What is wrong with a verdict, if anything. */
export function wrongOf({ deviation, apart = 0 }: Verdict): string | undefined {
  if (deviation === undefined) return undefined;
  if (!(deviation < MOST)) return `off by ${deviation.toExponential(1)}`;
  return apart < 1e-3 ? 'its rows come out alike' : undefined;
}

import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { KerasCheckpoint } from '../../formats/checkpoints/keras/description';
import { kerasBytes } from '../../formats/checkpoints/write/keras';
import { safetensorsBytes } from '../../formats/checkpoints/write/safetensors';
import type { OpenedModel } from '../../formats/model';
import type { ParameterBlock } from '../../objective/parameter-space';
import { writeWhole } from '../../settings/atomic-write';
import { UserError, messageOf } from '../../shared/errors';
import type { History } from '../../shared/history';
import { type RunFile, digitsOf } from '../../shared/run-file';
import type { RunPoint } from '../../training/run-point';
import { lockRunFolder } from './run-lock';
import { type RunState, readState, stateBytes } from '../../training/run-state';

/** For the terminal, and for the editor, which offers another folder where settings differ. */
const ELSEWHERE = 'train into another folder (--out in the terminal), or remove this one first';
const STATE = 'state.bin';
const HISTORY = 'history.json';
/** Files of a run, and what a write that was killed may have left of one. */
const OURS = /^(epoch-\d+|best|averaged)\.(keras|safetensors)$/;
const UNFINISHED =
  /^\.(epoch-\d+|best|averaged|history|state|landscape)\.(keras|safetensors|json|bin)\.[0-9a-f]{12}$/;

/** What a run is made of, for its checkpoints. */
export interface Written {
  readonly checkpoint: KerasCheckpoint;
  readonly model: OpenedModel['model'];
  readonly blocks: { readonly theta: readonly ParameterBlock[]; readonly state: readonly ParameterBlock[] };
  readonly precision: 'float32' | 'float64';
  readonly formats: readonly ('keras' | 'safetensors')[];
}

/** The text of one run, its data and its start: what must be the same for a run to go on. */
export function fingerprintOf(run: RunFile, dataSha256: string, modelSha256: string): string {
  const text = `[${digitsOf(run)},${JSON.stringify(dataSha256)},${JSON.stringify(modelSha256)}]`;
  return createHash('sha256').update(text).digest('hex');
}

/** The folder that a run writes to. Every file is written whole or not at all. */
export class RunFolder {
  constructor(
    readonly path: string,
    /** The run, for messages. */
    private readonly name: string,
  ) {}

  /**
   * The state in the folder, from which this run goes on; undefined where there is none.
   * @throws UserError when the folder holds another run, or one although it must be new.
   */
  async open(fingerprint: string, resume: boolean): Promise<RunState | undefined> {
    const names = await readdir(this.path).catch(() => [] as string[]);
    const bytes = names.includes(STATE) ? await readFile(join(this.path, STATE)) : undefined;
    const state = bytes && readState(bytes);
    const holdsRun = names.some((name) => name === STATE || name === HISTORY || OURS.test(name));
    const shown = relative('', this.path) || this.path;
    if (holdsRun && !resume) throw new UserError(`${shown} holds a run already: ${ELSEWHERE}.`);
    if (holdsRun && !state)
      throw new UserError(
        `${shown} holds a run that ${this.name} cannot go on from (its ${STATE} is ${bytes ? 'damaged' : 'missing'}): ${ELSEWHERE}.`,
      );
    if (state && state.fingerprint !== fingerprint)
      throw new UserError(
        `${shown} holds another run than ${this.name} describes now (its settings, data or start differ): ${ELSEWHERE}.`,
      );
    for (const name of names) if (UNFINISHED.test(name)) await rm(join(this.path, name), { force: true });
    return state;
  }

  /** Keeps other runs out; what it gives lets go. Throws a UserError where one writes there. */
  async hold(): Promise<() => Promise<void>> {
    try {
      await mkdir(this.path, { recursive: true });
      return await lockRunFolder(this.path);
    } catch (error) {
      if (error instanceof UserError) throw error;
      throw new UserError(`${this.path} cannot be written to: ${messageOf(error)}.`);
    }
  }

  /** Writes the state and, for whoever looks, the history so far. */
  async writeState(state: RunState, status: History['status'] = 'running'): Promise<void> {
    await writeWhole(join(this.path, STATE), stateBytes(state));
    await this.writeHistory({ ...state.progress.history, status });
  }

  async writeHistory(history: History): Promise<void> {
    await writeWhole(join(this.path, HISTORY), `${JSON.stringify(history, undefined, 1)}\n`);
  }

  /** Writes a checkpoint in every format asked for; the name of the first. */
  async writeCheckpoint(name: string, point: RunPoint, written: Written): Promise<string> {
    const { checkpoint, model, blocks, precision, formats } = written;
    const values = new Map<string, Float32Array | Float64Array>();
    const take = (flat: Float64Array, parts: readonly ParameterBlock[]) => {
      for (const { name: tensor, offset, length } of parts) {
        const own = flat.subarray(offset, offset + length);
        values.set(tensor, precision === 'float32' ? Float32Array.from(own) : own.slice());
      }
    };
    take(point.theta, blocks.theta);
    take(point.state, blocks.state);
    for (const format of formats)
      await writeWhole(
        join(this.path, `${name}.${format}`),
        format === 'keras' ? await kerasBytes(checkpoint, values) : safetensorsBytes(model, values),
      );
    return `${name}.${formats[0]}`;
  }
}

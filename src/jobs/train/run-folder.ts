import { createHash } from 'node:crypto';
import { lstat, readdir, rm } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { readPlainBytes, readPlainText } from '../../files/plain-file';
import type { KerasCheckpoint } from '../../formats/checkpoints/keras/description';
import { kerasBytes } from '../../formats/checkpoints/write/keras';
import { safetensorsBytes } from '../../formats/checkpoints/write/safetensors';
import type { OpenedModel } from '../../formats/model';
import type { ParameterBlock } from '../../objective/programs/parameter-space';
import { type FileMark, isAsWritten, makeFolder, refuseLink, writeOwn } from '../../settings/atomic-write';
import { UserError, messageOf } from '../../core/errors';
import type { History } from '../../contract/history';
import { type RunFile, digitsOf } from '../../contract/run-file';
import type { RunPoint } from '../../training/run-point';
import { type RunState, StateMistake, readState, stateBytes } from '../../training/run-state';
import { OwnFiles, lossText } from './own-files';
import { type RunLock, lockRunFolder } from './run-lock';

/** For the terminal, and for the editor, which offers another folder where settings differ. */
const ELSEWHERE = 'train into another folder (--out in the terminal), or remove this one first';
const STATE = 'state.bin';
const HISTORY = 'history.json';
/** Files of a run, and what a write that was killed may have left of one. */
const OURS = /^(epoch-\d+|best|averaged)\.(keras|safetensors)$/;
const UNFINISHED =
  /^\.(epoch-\d+|best|averaged|history|state|landscape|\.landscape)\.(keras|safetensors|json|bin|lock)\.[0-9a-f]{12}$/;

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

/**
 * The folder that a run writes to. Every file is written whole or not at all, never through a link, and only as long as the
 * folder is the one that the run began in.
 */
export class RunFolder {
  readonly path: string;
  private readonly shown: string;
  private files: OwnFiles;
  private held: { readonly lock: RunLock; readonly dev: number; readonly ino: number } | undefined;
  /** State and history as this process left them. */
  private readonly marks = new Map<string, FileMark>();

  constructor(
    path: string,
    /** The run, for messages. */
    private readonly name: string,
  ) {
    this.path = resolve(path);
    this.shown = relative('', this.path) || this.path;
    this.files = new OwnFiles(this.path);
  }

  /**
   * The state in the folder, from which this run goes on; undefined where there is none. What has become of the files of a
   * run that goes on stands in the notes of its history.
   * @throws UserError when the folder holds another run, one that cannot go on, or one although it must be new; and where a
   *   run that has ended has lost files that it wrote.
   */
  async open(fingerprint: string, resume: boolean): Promise<RunState | undefined> {
    const names = await readdir(this.path).catch(() => [] as string[]);
    const own = names.filter((name) => name === STATE || name === HISTORY || OURS.test(name));
    for (const name of own) await refuseLink(join(this.path, name));
    if (own.length > 0 && !resume) throw new UserError(`${this.shown} holds a run already: ${ELSEWHERE}.`);
    const state = own.length > 0 ? this.stateIn(names) : undefined;
    if (state && state.fingerprint !== fingerprint)
      throw new UserError(
        `${this.shown} holds another run than ${this.name} describes now (its settings, data or start differ): ${ELSEWHERE}.`,
      );
    if (this.held)
      for (const name of names) if (UNFINISHED.test(name)) await removeFile(join(this.path, name));
    if (state) await this.take(state);
    return state;
  }

  /** The history of this very run, where the folder says that it has ended. Throws as {@link open} of one that has. */
  async ended(fingerprint: string): Promise<History | undefined> {
    const state = await readIn(join(this.path, STATE));
    if (!state?.ended || state.fingerprint !== fingerprint) return undefined;
    return (await this.open(fingerprint, true))?.progress.history;
  }

  /** Keeps other runs out; what it gives lets go. Throws a UserError where one writes there. */
  async hold(): Promise<() => Promise<void>> {
    try {
      await makeFolder(this.path);
      await refuseLink(this.path, 'folder');
      const lock = await lockRunFolder(this.path);
      const { dev, ino } = await lstat(this.path);
      this.held = { lock, dev, ino };
      return () => lock.release();
    } catch (error) {
      if (error instanceof UserError) throw error;
      throw new UserError(`${this.path} cannot be written to: ${messageOf(error)}.`);
    }
  }

  /** @throws UserError where the folder is not the one any more that {@link hold} held. */
  async checkHeld(): Promise<void> {
    if (!this.held) return;
    const { lock, dev, ino } = this.held;
    const found = await lstat(this.path).catch(() => undefined);
    if (found?.isDirectory() && found.dev === dev && found.ino === ino && (await lock.isThere())) return;
    throw new UserError(
      `${this.shown} was ${found ? 'replaced' : 'removed'} while the run trained into it, so the run ended there and nothing more was written: start it again, into a folder that stays.`,
    );
  }

  /** What has gone or changed of the run's own files since they were written, a sentence each. */
  async takeLosses(history: History): Promise<string[]> {
    const lost = await this.files.takeLost();
    const names = new Set(lost.map(({ name }) => name));
    for (const record of history.epochs)
      if (record.checkpoint !== undefined && names.has(record.checkpoint)) delete record.checkpoint;
    if (history.best !== undefined && names.has(history.best)) {
      delete history.best;
      delete history.bestEpoch;
    }
    const sentences = lost.map(
      (loss) =>
        `${lossText([loss])}: somebody else did that while the run was under way, and it is no part of the run any more.`,
    );
    for (const [name, mark] of this.marks)
      if (!(await isAsWritten(join(this.path, name), mark)))
        sentences.push(
          `${name} was removed or changed by somebody else while the run was under way, and was written anew.`,
        );
    return sentences;
  }

  /** Writes the state and, for whoever looks, the history so far. */
  async writeState(state: Omit<RunState, 'files'>, status: History['status'] = 'running'): Promise<void> {
    await this.write(STATE, stateBytes({ ...state, files: this.files.hashes }));
    await this.writeHistory({ ...state.progress.history, status });
  }

  async writeHistory(history: History): Promise<void> {
    await this.write(HISTORY, textOf(history));
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
    for (const format of formats) {
      const bytes =
        format === 'keras' ? await kerasBytes(checkpoint, values) : safetensorsBytes(model, values);
      await this.checkHeld();
      await this.files.write(`${name}.${format}`, bytes);
    }
    return `${name}.${formats[0]}`;
  }

  /** A state that cannot be gone on from, whatever is wrong with it. */
  cannotGoOn(why: string): UserError {
    return new UserError(
      `${this.shown} holds a run that ${this.name} cannot go on from (its ${STATE} ${why}): ${ELSEWHERE}.`,
    );
  }

  private async write(name: string, content: string | Uint8Array): Promise<void> {
    await this.checkHeld();
    this.marks.set(name, await writeOwn(join(this.path, name), content));
  }

  private stateIn(names: readonly string[]): RunState {
    if (!names.includes(STATE)) throw this.cannotGoOn('is missing');
    try {
      return readState(readPlainBytes(join(this.path, STATE)));
    } catch (error) {
      throw error instanceof StateMistake ? this.cannotGoOn(error.message) : error;
    }
  }

  /** Takes over the files of earlier processes of the run. */
  private async take({ files, ended, progress: { history } }: RunState): Promise<void> {
    this.files = new OwnFiles(this.path, files);
    if (!ended) {
      history.notes.push(...(await this.takeLosses(history)));
      return;
    }
    const lost = await this.files.takeLost();
    if (lost.length > 0)
      throw new UserError(
        `The run in ${this.shown} has ended, but ${lossText(lost)}: put back what the run wrote, or ${ELSEWHERE}.`,
      );
    await this.takeHistory(history);
  }

  /** The history of a run that has ended lies in its state too. */
  private async takeHistory(history: History): Promise<void> {
    const file = join(this.path, HISTORY);
    const text = await readPlainText(file, MOST_HISTORY).catch(() => undefined);
    const whole = textOf(history);
    if (text !== undefined) {
      if (isDeepStrictEqual(jsonOf(text), jsonOf(whole))) return;
      throw new UserError(
        `The run in ${this.shown} has ended, but ${HISTORY} is not what the run wrote: put that back, or remove the file, and it is written again from ${STATE}.`,
      );
    }
    await writeOwn(file, whole);
    history.notes.push(
      `${HISTORY} was missing from the folder of this run and was written again from ${STATE}.`,
    );
  }
}

/** A history grows with its epochs; a larger file is another thing under its name. */
const MOST_HISTORY = 2 ** 28;

const textOf = (history: History): string => `${JSON.stringify(history, undefined, 1)}\n`;

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The state in a file, where there is one. */
async function readIn(file: string): Promise<RunState | undefined> {
  const found = await lstat(file).catch(() => undefined);
  if (!found?.isFile()) return undefined;
  try {
    return readState(readPlainBytes(file));
  } catch {
    return undefined;
  }
}

/** A folder of such a name is none of ours. */
async function removeFile(file: string): Promise<void> {
  const found = await lstat(file).catch(() => undefined);
  if (found && !found.isDirectory()) await rm(file, { force: true });
}

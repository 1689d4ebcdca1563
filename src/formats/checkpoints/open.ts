import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { throwIfCancelled, UserError } from '../../shared/errors';
import { type FileSource, openFile, sha256 } from '../source';
import { CHECKPOINT_FORMATS, type Checkpoint } from './formats';
import { foreignFile } from './foreign';

/** A checkpoint as read, with what identifies it. */
export interface OpenedCheckpoint {
  readonly path: string;
  /** SHA-256 of the file; of its files one after the other where it has several (TensorFlow.js, ONNX). */
  readonly sha256: string;
  /** Bytes of all its files. */
  readonly size: number;
  readonly checkpoint: Checkpoint;
}

/**
 * Opens a checkpoint, whose kind is told by its content, never by its name.
 * @throws UserError with one sentence when it cannot be read, is damaged, or is something else.
 */
export async function openCheckpoint(path: string, signal?: AbortSignal): Promise<OpenedCheckpoint> {
  refuseFolder(path);
  const source = openFile(path);
  const others: FileSource[] = [];
  try {
    const head = source.read(0, Math.min(source.size, HEAD_BYTES));
    const format = CHECKPOINT_FORMATS.find(({ sniff }) => sniff(head, source));
    if (!format) throw foreignFile(source, head);
    throwIfCancelled(signal);
    const checkpoint = await format.read(source, others);
    throwIfCancelled(signal);
    const files = [source, ...others];
    return {
      path,
      sha256: await sha256(files, signal),
      size: files.reduce((total, { size }) => total + size, 0),
      checkpoint,
    };
  } finally {
    for (const file of [source, ...others]) file.close();
  }
}

/** What a format is recognized by. */
const HEAD_BYTES = 4096;

function refuseFolder(path: string): void {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  if (existsSync(join(path, 'saved_model.pb'))) {
    throw new UserError(
      `${path} is a TensorFlow SavedModel, which holds operations without their layers: save the model as .keras.`,
    );
  }
  if (existsSync(join(path, 'model.json')))
    throw new UserError(`${path} is a folder: give the model.json inside it.`);
}

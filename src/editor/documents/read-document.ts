import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { UserError, messageOf } from '../../core/errors';
import { mistakeText, mistakesOf } from '../../contract/mistakes';
import type { PanelDocument } from '../../contract/panel-protocol';
import type { DocumentRequest } from './document-request';
import { documentSchema } from './document-schema';
import { trainRequestSchema } from '../../contract/run-file';

/** More than any document needs; a larger file is another thing under its name. */
const MOST_BYTES = 512e6;

const KINDS: ReadonlySet<unknown> = new Set(['training', 'comparison', 'experiment', 'surface', 'watch']);

/** A document and what its panel is about: for a run of training whatever takes it up again. */
export interface OpenedDocument {
  readonly request: DocumentRequest;
  readonly title: string;
  readonly document: PanelDocument;
}

/**
 * The history, comparison or experiment in a file, or undefined where it holds something else, such as a report.
 * @throws UserError that names the file when it cannot be read, or is one of these and damaged.
 */
export async function readDocument(file: string): Promise<OpenedDocument | undefined> {
  const value = await jsonIn(file);
  if (typeof value !== 'object' || value === null || !('kind' in value) || !KINDS.has(value.kind))
    return undefined;
  const parsed = documentSchema.safeParse(value);
  if (!parsed.success)
    throw new UserError(
      `${file} is not whole, or was written by another version of Landscape: ${mistakeText(mistakesOf(parsed.error.issues))}.`,
    );
  const document = parsed.data;
  const title = document.kind === 'training' ? document.name : document.title;
  return { request: requestOf(file, document), title: title || path.basename(file), document };
}

async function jsonIn(file: string): Promise<unknown> {
  try {
    if ((await stat(file)).size > MOST_BYTES) throw new Error('it is too large for a document of Landscape');
    return JSON.parse(await readFile(file, 'utf8')) as unknown;
  } catch (error) {
    const reason = error instanceof SyntaxError ? 'it is not valid JSON' : messageOf(error);
    throw new UserError(`${file} could not be read: ${reason}.`);
  }
}

/** A run goes on in its folder, wherever that was when it was written; anything else is only looked at. */
function requestOf(file: string, document: PanelDocument): DocumentRequest {
  const params =
    document.kind === 'training' && path.basename(file) === 'history.json'
      ? trainRequestSchema.safeParse({ run: document.run, name: document.name, out: path.dirname(file) })
      : undefined;
  return params?.success
    ? { method: 'train', params: params.data }
    : { method: 'file', params: { path: file } };
}

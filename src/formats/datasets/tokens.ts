import { UserError } from '../../core/errors';
import type { DataRequest } from './choices';
import { counted } from './counted';
import type { DatasetSplit } from './split';
import type { DataPart, OpenedData } from './format';

/** Token ids in a row that may be gigabytes: read where they are wanted. */
export interface TokenStream {
  readonly length: number;
  /** `count` ids from a place on. */
  read(from: number, count: number): ArrayLike<number>;
}

/** Streams of token ids. */
interface Tokens {
  readonly path: string;
  readonly train: ArrayLike<number> | TokenStream;
  readonly test?: ArrayLike<number> | TokenStream | undefined;
}

/** A stream of which nothing says how many tokens a row has: whoever asks a person asks for it. */
export class WindowUnknownError extends UserError {}

const isStream = (ids: ArrayLike<number> | TokenStream): ids is TokenStream => 'read' in ids;

/**
 * Cuts streams of token ids into rows for a language model: windows side by side, each predicted one token further. Their
 * length is stated (`window`) or that of the model's input.
 * @throws WindowUnknownError where neither says it; UserError for a stream shorter than one window
 */
export async function openTokens({ path, train, test }: Tokens, request: DataRequest): Promise<OpenedData> {
  const input = request.window === undefined ? await request.modelInput?.() : undefined;
  const inferred = input?.length === 1 ? (input[0] ?? undefined) : undefined;
  const window = request.window ?? inferred;
  if (window === undefined)
    throw new WindowUnknownError(
      `${path} is a stream of ${counted(train.length)} token ids, and nothing says how many make a row: give the length the model was trained with by "window" in landscape.json, or by --window.`,
    );
  const opened = part(path, train, window);
  return {
    train: opened,
    ...(test ? { test: part(path, test, window) } : {}),
    notes: [
      `${counted(train.length)} token ids were cut into ${counted(opened.rows)} windows of ${window}${request.window === undefined ? ", the length of the model's input," : ''} side by side; the targets are the next tokens.`,
    ],
  };
}

function part(path: string, ids: ArrayLike<number> | TokenStream, window: number): DataPart {
  // The last token of a window is predicted from the first of the next one.
  const rows = Math.floor((ids.length - 1) / window);
  if (rows < 1)
    throw new UserError(
      `${path} holds ${ids.length} token ids, fewer than one window of ${window} and the token that follows it: give a smaller "window".`,
    );
  return {
    rows,
    byRow: true,
    read: (chosen) => windowsOf(path, ids, window, chosen ?? Int32Array.from({ length: rows }, (_, i) => i)),
  };
}

function windowsOf(
  path: string,
  ids: ArrayLike<number> | TokenStream,
  window: number,
  rows: Int32Array,
): DatasetSplit {
  if (rows.length * window > 2 ** 29)
    throw new UserError(
      `${path} has ${counted(rows.length)} windows, more than memory holds: measure fewer, such as --samples 4096.`,
    );
  const inputs = new Int32Array(rows.length * window);
  const targets = new Int32Array(rows.length * window);
  rows.forEach((row, i) => {
    const from = row * window;
    const cut = isStream(ids) ? ids.read(from, window + 1) : undefined;
    for (let k = 0; k <= window; k++) {
      const id = cut ? cut[k] : (ids as ArrayLike<number>)[from + k];
      if (k < window) inputs[i * window + k] = id;
      if (k > 0) targets[i * window + k - 1] = id;
    }
  });
  const shape = [rows.length, window];
  return {
    rows: rows.length,
    inputs: [{ name: 'tokens', shape, data: inputs }],
    labels: { name: 'next tokens', shape, data: targets },
  };
}

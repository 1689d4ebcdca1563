import { UserError } from '../../core/errors';
import type { FileSource } from '../containers/source';
import { besideNote, testBeside } from './beside';
import type { DataRequest } from './choices';
import type { DataFormat, OpenedData } from './format';
import { type TokenStream, openTokens } from './tokens';

/** llm.c's shards begin with 256 numbers, of which these are the first two. */
const SHARD_MAGIC = 20240520;
const SHARD_VERSION = 1;
const SHARD_HEADER = 1024;

/** Bare token ids, as nanoGPT's `prepare.py` writes them (`uint16`), or llm.c's shards. */
export const tokenFile: DataFormat = {
  name: 'token ids',
  extensions: ['.bin'],
  what: 'token ids of a language model, cut into windows: `.bin` of uint16 or uint32 (nanoGPT, llm.c), `.npy`, JSON lines',
  recognizes: ({ path, isFolder, size }) =>
    !isFolder && /\.(bin|tok|tokens)$/i.test(path) && size >= 4 && size % 2 === 0,
  find({ path }) {
    const test = testBeside([path]);
    return { files: [path, ...test], open: (sources, request) => openTokenFile(sources, request) };
  },
};

async function openTokenFile(
  [train, test]: readonly FileSource[],
  request: DataRequest,
): Promise<OpenedData> {
  const bytes = request.tokens === undefined ? widthOf(train) : request.tokens === 'uint16' ? 2 : 4;
  const opened = await openTokens(
    {
      path: train.name,
      train: streamIn(train, bytes),
      test: test && streamIn(test, bytes),
    },
    request,
  );
  return {
    ...opened,
    notes: [
      ...(request.tokens === undefined && !isShard(train)
        ? [
            `The file holds bare numbers, taken for ${bytes === 2 ? 'uint16' : 'uint32'} by what they look like ("tokens" in landscape.json says otherwise).`,
          ]
        : []),
      ...opened.notes,
      ...besideNote(test ? [test.name] : []),
    ],
  };
}

const isShard = (source: FileSource): boolean => {
  if (source.size < SHARD_HEADER) return false;
  const view = new DataView(source.read(0, 8).buffer);
  return view.getInt32(0, true) === SHARD_MAGIC && view.getInt32(4, true) === SHARD_VERSION;
};

const LOOKED_AT = 1 << 16;
/** Beyond what the upper half of an id of 32 bits can be: no vocabulary has 2^18 tokens more than it. */
const MOST_UPPER = 3;

/** Ids of four bytes have next to nothing in their upper halves; ids of two bytes are no such pattern. */
function widthOf(source: FileSource): 2 | 4 {
  if (isShard(source) || source.size % 4 !== 0) return 2;
  const bytes = source.read(0, Math.min(source.size, LOOKED_AT) & ~3);
  const halves = new Uint16Array(bytes.buffer);
  for (let i = 1; i < halves.length; i += 2) if (halves[i] > MOST_UPPER) return 2;
  // Two ids of which every second is below 4 would be a strange text.
  return 4;
}

function streamIn(source: FileSource, bytes: 2 | 4): TokenStream {
  const start = isShard(source) ? SHARD_HEADER : 0;
  if ((source.size - start) % bytes !== 0)
    throw new UserError(
      `${source.name} is cut off: it holds no whole number of token ids of ${bytes} bytes.`,
    );
  return {
    length: (source.size - start) / bytes,
    read(from, count) {
      const { buffer } = source.read(start + from * bytes, count * bytes);
      return bytes === 2 ? new Uint16Array(buffer) : new Uint32Array(buffer);
    },
  };
}

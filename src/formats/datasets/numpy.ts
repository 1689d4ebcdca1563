import { existsSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { UserError } from '../../core/errors';
import type { FileSource } from '../containers/source';
import type { DataRequest } from './choices';
import type { Candidate, DataFormat, FoundData, OpenedData } from './format';
import { hasBytes } from '../containers/head';
import { openNamedArrays, weightsOf } from './named-arrays';
import { readHeader, readNpy } from './npy';
import { openNpz } from './npz';
import { openTokens } from './tokens';

/** What `numpy.savez` writes. */
export const npz: DataFormat = {
  name: 'NumPy archive',
  extensions: ['.npz'],
  what: '`.npz` of arrays',
  recognizes: ({ head }) => hasBytes(head, [0x50, 0x4b]),
  find: ({ path }) => ({
    files: [path],
    open: ([source], request) => openNamedArrays(path, openNpz(source), request),
  }),
};

/** One array, with others beside it or, of whole numbers in a row, a stream of tokens. */
export const npy: DataFormat = {
  name: 'NumPy arrays',
  extensions: ['.npy'],
  what: '`x_train.npy` with `y_train.npy` beside it, or one `.npy` of token ids',
  recognizes: ({ head }) => hasBytes(head, [0x93, 0x4e, 0x55, 0x4d]),
  find: ({ path }: Candidate, request) =>
    isInputArray(path) ? siblings(path, request) : { files: [path], open: openStream },
};

const isInputArray = (path: string): boolean => ['x', 'x_train'].includes(basename(path, extname(path)));

/** An `x_train.npy` (`x.npy`) and the arrays beside it. */
function siblings(path: string, { sampleWeights }: DataRequest): FoundData {
  const name = basename(path, '.npy');
  const plain = name === 'x';
  const wanted = [
    name,
    ...(plain ? ['y'] : ['y_train', 'x_test', 'y_test']),
    ...(['train', 'test'] as const).flatMap((split) => weightsOf(sampleWeights, split, plain) ?? []),
  ];
  const place = (array: string) => (array === name ? path : join(dirname(path), `${array}.npy`));
  const names = wanted.filter((array) => array === name || existsSync(place(array)));
  return {
    files: names.map(place),
    open(sources, request) {
      const read = (array: string) => {
        const at = names.indexOf(array);
        if (at < 0) throw new UserError(`There is no ${array}.npy beside ${path}.`);
        return readNpy(sources[at], array);
      };
      return openNamedArrays(path, { names, read }, request);
    },
  };
}

function openStream([source]: readonly FileSource[], request: DataRequest): Promise<OpenedData> {
  const { type, shape } = readHeader(source);
  if (shape.length !== 1 || !/[iu]/.test(type))
    throw new UserError(
      `${source.name} is a single array: name your files x_train.npy and y_train.npy and give x_train.npy.`,
    );
  const { data } = readNpy(source, 'tokens');
  return openTokens({ path: source.name, train: data }, request);
}

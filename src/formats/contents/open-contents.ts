import { sizeOf } from '../../core/size-of';
import { UserError, blamed } from '../../core/errors';
import { refuseFolder } from '../checkpoints/foreign-folders';
import type { Checkpoint } from '../checkpoints/formats';
import type { LayerDescription, ModelDescription } from '../checkpoints/keras/description';
import { formatOf, openCheckpoint } from '../checkpoints/open';
import { hasBytes, headOf } from '../containers/head';
import { type FileSource, openFile } from '../containers/source';
import { openZip } from '../containers/zip';
import { numpyContents } from './numpy-contents';
import { hdf5Contents } from './hdf5-contents';
import { exportContents } from './export-contents';
import { onnxContents } from './onnx-contents';
import { type FileContents, LARGE, type TensorPlace } from './tensor-place';
import { indexContents, safetensorsContents, torchContents } from './torch-contents';

const HDF5 = [0x89, 0x48, 0x44, 0x46];

/**
 * What is in a checkpoint or a file of arrays, whatever its kind, its numbers unread where the kind allows it.
 * @param opened receives the files; the caller closes them when it has read what it wants
 * @param all whether everything will be read, however large
 * @throws UserError when it is nothing that is read
 */
export async function openContents(path: string, opened: FileSource[], all = false): Promise<FileContents> {
  try {
    refuseFolder(path);
    const before = opened.length;
    const source = openFile(path);
    opened.push(source);
    const format = formatOf(source);
    const numpy = numpyContents(source);
    if (numpy) return numpy;
    if (format?.name === 'PyTorch weights') return torchContents(source);
    if (format?.name === 'safetensors') return safetensorsContents(source);
    if (format?.name === 'sharded safetensors') return indexContents(source, opened);
    if (format?.name === 'PyTorch export') return exportContents(source);
    if (hasBytes(headOf(source), HDF5)) return await hdf5Contents(source, all);
    if (format?.name === 'Keras' && source.size > LARGE && !all) return await largeKeras(source);
    const onnx = format?.name === 'ONNX' ? onnxContents(source, opened) : undefined;
    if (onnx && opened.slice(before).reduce((sum, { size }) => sum + size, 0) > LARGE) return onnx;
    const { checkpoint } = await openCheckpoint(path);
    const contents = ofCheckpoint(checkpoint, format?.name ?? checkpoint.format);
    return onnx ? { ...contents, provenance: onnx.provenance } : contents;
  } catch (error) {
    throw blamed(error, path, 'cannot be read');
  }
}

/** The variables of a `.keras` of gigabytes, by their paths in its file of weights. */
async function largeKeras(source: FileSource): Promise<FileContents> {
  const weights = openZip(source).open('model.weights.h5', undefined, true);
  return { ...(await hdf5Contents(weights, false)), kind: 'Keras', weightsAlone: false };
}

/** What was read as a whole, as a network needs it. */
function ofCheckpoint(checkpoint: Checkpoint, kind: string): FileContents {
  const base = { kind, provenance: [], notes: checkpoint.notes, weightsAlone: false };
  if (checkpoint.format === 'onnx')
    return {
      ...base,
      tensors: [...checkpoint.initializers.values()].map((each) => place(each, each.stored)),
    };
  if (!('model' in checkpoint)) throw new UserError('it holds no tensors that are shown.');
  return { ...base, tensors: [...variablesOf(checkpoint.model, '')] };
}

function* variablesOf({ layers }: ModelDescription, prefix: string): Generator<TensorPlace> {
  for (const layer of layers) yield* ofLayer(layer, `${prefix}${layer.name}`);
}

function* ofLayer(layer: LayerDescription, path: string): Generator<TensorPlace> {
  for (const { name, shape, data } of layer.variables) {
    const stored = data instanceof Float64Array ? 'float64' : 'float32';
    yield { ...place({ name: `${path}/${name}`, type: 'float', shape, data }, stored), outputsLast: true };
  }
  if (layer.model) yield* variablesOf(layer.model, `${path}/`);
  for (const child of Object.values(layer.children)) yield* ofLayer(child, `${path}/${child.name}`);
}

/** A tensor that is in memory already. */
function place(
  {
    name,
    type,
    shape,
    data,
  }: {
    readonly name: string;
    readonly type: string;
    readonly shape: readonly number[];
    readonly data: Float32Array | Float64Array;
  },
  stored: string,
): TensorPlace {
  return {
    ...{ name, shape, type: stored.toLowerCase(), count: sizeOf(shape), width: data.BYTES_PER_ELEMENT },
    isFloat: type === 'float',
    outputsLast: false,
    read: (from, count) => data.subarray(from, from + count),
  };
}

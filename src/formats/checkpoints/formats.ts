import { hasBytes } from '../containers/head';
import { HDF5_SIGNATURE } from '../containers/hdf5';
import type { FileSource } from '../containers/source';
import type { KerasCheckpoint } from './keras/description';
import { readKerasArchive } from './keras/keras-archive';
import { readKerasHdf5 } from './keras/keras-hdf5';
import type { OnnxCheckpoint } from './onnx/description';
import { looksLikeOnnx, readOnnx } from './onnx/read';
import { readTfjsModel } from './tfjs/model-json';
import type { TorchExport } from './torch/export/description';
import { looksLikeTorchExport, readTorchExport } from './torch/export/read';
import type { TorchNetwork } from './torch/recipes/network';
import type { StoredWeights } from './torch/weights/description';
import { looksLikeSafetensors, readSafetensors, readSafetensorsIndex } from './torch/weights/safetensors';
import { isLegacyTorch, looksLikeTorchZip, readTorchWeights } from './torch/weights/torch-file';

/** A checkpoint as read, told apart by its `format`. */
export type Checkpoint = KerasCheckpoint | OnnxCheckpoint | TorchExport | TorchNetwork | StoredWeights;

/** A kind of checkpoint file. */
export interface CheckpointFormat {
  readonly name: string;
  /** Usual endings; for menus and messages, never to tell what a file is. */
  readonly extensions: readonly string[];
  /** Whether a file is of this kind, by its first bytes (4096 or all). */
  sniff(head: Uint8Array, source: FileSource): boolean;
  /** Whether other files may belong to it, which only reading it tells. */
  readonly severalFiles?: boolean;
  /** Whether it holds weights without their network, which another file gives. */
  readonly isWeightsAlone?: boolean;
  /**
   * Reads it; other files that belong to it are added to `opened`, to be hashed and closed by the caller. `set` picks one of
   * several sets of weights.
   */
  read(source: FileSource, opened: FileSource[], set?: string): Checkpoint | Promise<Checkpoint>;
}

const textOf = (head: Uint8Array): string => new TextDecoder().decode(head);
const isZip = (head: Uint8Array): boolean => hasBytes(head, [0x50, 0x4b, 0x03, 0x04]);

/** HDF5 may begin behind a block of the user's own of 512 bytes, 1024, 2048... */
const HDF5_STARTS = [0, 512, 1024, 2048];

/** Every kind of checkpoint that can be opened; the first that recognizes a file reads it. */
export const CHECKPOINT_FORMATS: readonly CheckpointFormat[] = [
  {
    name: 'PyTorch export',
    extensions: ['.pt2'],
    sniff: (head, source) => isZip(head) && looksLikeTorchExport(source),
    read: readTorchExport,
  },
  {
    name: 'PyTorch weights',
    extensions: ['.pt', '.pth', '.ckpt', '.bin', '.tar'],
    sniff: (head, source) => isLegacyTorch(head) || (isZip(head) && looksLikeTorchZip(source)),
    isWeightsAlone: true,
    read: (source, _opened, set) => readTorchWeights(source, set),
  },
  {
    name: 'safetensors',
    extensions: ['.safetensors'],
    sniff: (head, { size }) => looksLikeSafetensors(head, size),
    isWeightsAlone: true,
    read: readSafetensors,
  },
  {
    name: 'sharded safetensors',
    extensions: ['.safetensors.index.json'],
    sniff: (head) => /^\s*\{/.test(textOf(head)) && /"weight_map"\s*:/.test(textOf(head)),
    severalFiles: true,
    isWeightsAlone: true,
    read: readSafetensorsIndex,
  },
  {
    name: 'Keras',
    extensions: ['.keras'],
    sniff: isZip,
    read: readKerasArchive,
  },
  {
    name: 'Keras HDF5',
    extensions: ['.h5', '.hdf5'],
    sniff: (head) => HDF5_STARTS.some((start) => hasBytes(head, HDF5_SIGNATURE, start)),
    read: readKerasHdf5,
  },
  {
    name: 'TensorFlow.js',
    extensions: ['.json'],
    sniff: (head) => /^\uFEFF?\s*\{/.test(textOf(head)),
    severalFiles: true,
    read: readTfjsModel,
  },
  { name: 'ONNX', extensions: ['.onnx'], sniff: looksLikeOnnx, severalFiles: true, read: readOnnx },
];

import { arrow } from './arrow';
import { csv } from './csv';
import { cifarBinary } from './cifar-binary';
import { cifarPython } from './cifar-python';
import type { DataFormat } from './format';
import { idx } from './idx';
import { imageFolder } from './image-folder';
import { jsonLines } from './json-lines';
import { npy, npz } from './numpy';
import { parquet } from './parquet';
import { tensorFile } from './tensor-file';
import { tokenFile } from './token-file';

/** Every kind of data that is read; the first that recognizes a file reads it. */
export const DATA_FORMATS: readonly DataFormat[] = [
  npy,
  tensorFile,
  npz,
  parquet,
  arrow,
  idx,
  cifarPython,
  cifarBinary,
  jsonLines,
  tokenFile,
  csv,
  imageFolder,
];

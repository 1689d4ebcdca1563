import type { FileStamp } from '../../contract/file-stamp';
import type { FileSource } from '../containers/source';
import type { DataRequest } from './choices';
import type { NamedArray } from './npy';
import type { DatasetSplit } from './split';

/** What lies at a path, as far as telling its kind takes. */
export interface Candidate {
  readonly path: string;
  readonly isFolder: boolean;
  /** The first bytes of a file, 4096 or all; none of a folder. */
  readonly head: Uint8Array;
  /** Bytes of a file. */
  readonly size: number;
}

/** The training or the test rows of a file whose beginning has been read. */
export interface DataPart {
  readonly rows: number;
  /** Reads the rows at these places, in this order; all of them if left out. */
  read(rows?: Int32Array): DatasetSplit | Promise<DatasetSplit>;
  /** Whether rows can be found without reading those before them, so that few need not cost what all would. */
  readonly byRow: boolean;
  /** Whether a row takes so long to read (a picture to decode) that few test rows are read where few are measured. */
  readonly isSlow?: boolean;
  /** The labels of all rows without their inputs, where that costs less. */
  labels?(): NamedArray | Promise<NamedArray>;
}

/** A data file whose beginning has been read. */
export interface OpenedData {
  readonly train: DataPart;
  readonly test?: DataPart | undefined;
  /** What was inferred: other files that were found, columns, the order of classes. */
  readonly notes: readonly string[];
}

/** A data file and the files that belong to it. */
export interface FoundData {
  /** In the order in which a hash takes their bytes. */
  readonly files: readonly string[];
  /** For data in more files than are read to identify them: what tells one state of them from another. */
  readonly listing?: { readonly text: string; readonly stamps: readonly FileStamp[] };
  /** Reads what is said before the rows. `sources` are the files above, open. */
  open(sources: readonly FileSource[], request: DataRequest): OpenedData | Promise<OpenedData>;
}

/** A kind of data file. */
export interface DataFormat {
  readonly name: string;
  /** Usual endings, for menus; never to tell what a file is where its bytes do. */
  readonly extensions: readonly string[];
  /** What the README says of it. */
  readonly what: string;
  recognizes(candidate: Candidate): boolean;
  find(candidate: Candidate, request: DataRequest): FoundData;
}

import type { DataChoices } from '../../contract/settings';

export type { DataChoices };

/** What a reader of data is told besides the file. */
export interface DataRequest extends DataChoices {
  /** Weights of rows: the array that holds them, or true for `w_train`. */
  readonly sampleWeights?: boolean | string | undefined;
  /**
   * The rows to read of a part that has `total`, ascending, or undefined for all of them. Only formats that find a row
   * without reading those before it ask.
   */
  readonly take?: ((total: number, split: 'train' | 'test') => Int32Array | undefined) | undefined;
  /** The first input of the network, where it is known already: null for an extent that only data decide. */
  readonly modelInput?: (() => Promise<readonly (number | null)[] | undefined>) | undefined;
  readonly signal?: AbortSignal | undefined;
}

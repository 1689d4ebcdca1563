/** Bytes of a file from which on only what is looked at is read, and no checksum over all of it. */
export const LARGE = 2 ** 28;

/** A tensor in a file, whose numbers are read where they are wanted. */
export interface TensorPlace {
  readonly name: string;
  /** The stored type as the file's kind calls it: `bfloat16`, `<f4`. */
  readonly type: string;
  /** Whether it is floats: weights, not counters or indices. */
  readonly isFloat: boolean;
  readonly shape: readonly number[];
  readonly count: number;
  /** Bytes of an element in the file. */
  readonly width: number;
  /** Whether rows of a matrix are its last axis, as Keras has them, instead of its first. */
  readonly outputsLast: boolean;
  /** Why its numbers are not read, if so; {@link read} throws then. */
  readonly unread?: string;
  /** Why its numbers are had only all at once, if so: "is compressed". */
  readonly onlyWhole?: string;
  /** `count` elements from a place on, in the file's order (row-major unless the tensor is a view). */
  read(from: number, count: number): ArrayLike<number>;
}

/** What a file holds, its tensors unread. */
export interface FileContents {
  readonly kind: string;
  readonly tensors: readonly TensorPlace[];
  /** Who wrote it and with what, as far as the file says: versions, settings. */
  readonly provenance: readonly (readonly [key: string, value: string])[];
  readonly notes: readonly string[];
  /** Whether the network is missing: weights alone. */
  readonly weightsAlone: boolean;
}

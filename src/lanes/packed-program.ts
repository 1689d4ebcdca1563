import type { Program } from '../autodiff/program';

/** A flat vector's tensors, as a program takes or gives them. */
export interface PackedPart {
  readonly port: string;
  readonly offset: number;
  readonly length: number;
}

/** A program with the flat vectors it takes and gives. */
export interface PackedProgram {
  readonly program: Program;
  /** Flat vector inputs by name: `theta`, `state`, `v0`... */
  readonly vectors: Readonly<Record<string, readonly PackedPart[]>>;
  /** Flat vector outputs, added over chunks. */
  readonly sums: Readonly<Record<string, readonly PackedPart[]>>;
  /** Outputs with one entry (of some width) a row, joined over chunks. */
  readonly rows: readonly string[];
}

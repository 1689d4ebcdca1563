/** What `show` is asked: which files, and how much of them. */
export interface ShowRequest {
  readonly files: readonly string[];
  /** The tensor whose histogram is wanted, by name. */
  readonly histogram?: string | undefined;
  /** Singular values of every matrix, whatever they cost; else of small ones. */
  readonly spectra?: boolean | undefined;
  /** Every number of large files; else a sample of them. */
  readonly all?: boolean | undefined;
}

/** A figure of a sample of a tensor's numbers, with its standard error over the places that were read; 0 of all numbers. */
export interface SampledFigure {
  readonly value: number;
  readonly standardError: number;
}

/** What the numbers of a tensor are like. */
export interface TensorFacts {
  /** How many were looked at. */
  readonly seen: number;
  /** Euclidean, of the finite numbers. */
  readonly norm: SampledFigure;
  readonly mean: SampledFigure;
  /** Of the numbers looked at; NaN and infinite ones aside. */
  readonly least: number;
  readonly most: number;
  /** Share of exact zeros among those looked at. */
  readonly zeros: number;
  readonly nan: number;
  readonly infinite: number;
}

/** Singular values of a tensor as a matrix: outputs by all else. */
export interface TensorSpectrum {
  readonly rows: number;
  readonly columns: number;
  /** The largest ones, descending, and the smallest. */
  readonly largest: readonly number[];
  readonly smallest: number;
  /** The squared Frobenius norm over the square of the largest: at most the rank (Rudelson and Vershynin 2007). */
  readonly stableRank: number;
}

/** A tensor of a file as `show` tells it. */
export interface ShownTensor {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly number[];
  readonly count: number;
  /** Absent where its numbers are not read, with the reason in `unread`. */
  readonly facts?: TensorFacts;
  readonly unread?: string;
  readonly spectrum?: TensorSpectrum;
}

/** How often numbers fall between edges, of which there is one more than counts. */
export interface ShownHistogram {
  readonly tensor: string;
  readonly edges: readonly number[];
  readonly counts: readonly number[];
  readonly seen: number;
}

/** One file as `show` tells it. */
export interface ShownFile {
  readonly path: string;
  readonly kind: string;
  readonly bytes: number;
  readonly parameters: number;
  readonly tensors: readonly ShownTensor[];
  readonly provenance: readonly (readonly [key: string, value: string])[];
  /** Weights of a network that is not in the file; arrays of NumPy may be anything. */
  readonly weightsAlone: boolean;
  readonly histogram?: ShownHistogram;
  readonly notes: readonly string[];
}

/** How a file's tensors differ from those of the first. */
export interface ShownDifference {
  readonly path: string;
  /** Euclidean, over the floats that both have. */
  readonly distance: number;
  /** Of the first file's norm over these tensors. */
  readonly relative: number;
  /** Between the two as vectors from the origin, in degrees. */
  readonly angle: number;
  readonly tensors: readonly {
    readonly name: string;
    readonly distance: number;
    readonly relative: number;
    /** The largest absolute difference. */
    readonly largest: number;
  }[];
  /** How many tensors are equal to the last bit of what is read. */
  readonly equal: number;
  readonly onlyInFirst: readonly string[];
  readonly onlyHere: readonly string[];
  readonly otherShape: readonly string[];
  /** What was left out before the names of either file to match them, where none are the same as they stand. */
  readonly prefix?: { readonly first: string; readonly other: string };
  /** Each name of the first file's in this one, where only the numbers of layers without a name of their own differ. */
  readonly renumbered?: Readonly<Record<string, string>>;
  /** Whether a sample of the numbers was compared. */
  readonly sampled: boolean;
}

/** What is inside of files. */
export interface ShownContents {
  readonly files: readonly ShownFile[];
  /** Each other file against the first. */
  readonly differences: readonly ShownDifference[];
}

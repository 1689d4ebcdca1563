/** What is known and not supported, and why; each reason follows the name. */
export interface Refusal {
  readonly names: readonly string[];
  readonly reason: string;
}

const words = (text: string) => text.split(' ');

/** Layers by class name. */
export const REFUSED_LAYERS: readonly Refusal[] = [
  {
    names: words('Lambda TFOpLambda'),
    reason: 'whose Python code cannot be read from the file; replace it by layers of Keras',
  },
  {
    names: words('TFSMLayer JaxLayer FlaxLayer TorchModuleWrapper'),
    reason: 'which runs a model of another library; replace it by layers of Keras',
  },
  {
    names: words('TextVectorization StringLookup IntegerLookup Hashing HashedCrossing Discretization FeatureSpace'),
    reason: 'which turns text, keys or numbers into indices and has no derivative; apply it to the data and save the model without it', // prettier-ignore
  },
  {
    names: words('AutoContrast ContrastLimitedAdaptiveHistogramEqualization'),
    reason: 'which stretches every image by its own histogram, outside training too; apply it to the data and save the model without it', // prettier-ignore
  },
  {
    names: words('MelSpectrogram STFTSpectrogram'),
    reason: 'which takes Fourier transforms; apply it to the data and save the model without it',
  },
  {
    names: words('MaxNumBoundingBoxes Pipeline'),
    reason: 'which prepares data outside the network; apply it to the data and save the model without it',
  },
]; // prettier-ignore

/** Operations of `keras.ops`. */
export const REFUSED_OPERATIONS: readonly Refusal[] = [
  {
    names: words('Argmax Argmin Argpartition Argsort Bincount CountNonzero Digitize Histogram InTopK IsIn Nonzero SearchSorted Unique UnravelIndex'), // prettier-ignore
    reason: 'which gives positions or counts and has no derivative',
  },
  {
    names: words('Median Percentile Quantile Sort TopK'),
    reason: 'which orders numbers, for which there is no primitive',
  },
  {
    names: words('BroadcastTo Flipud Kron Meshgrid Outer Ravel Vdot Vstack'),
    reason: 'which joins or repeats the rows of a batch',
  },
  {
    names: words('Cholesky CholeskyInverse Det Eig Eigh Inv Logdet Lstsq LuFactor MatrixRank Pinv Qr SVD Slogdet Solve SolveTriangular'), // prettier-ignore
    reason: 'which factors matrices, for which there is no primitive',
  },
  {
    names: words('FFT FFT2 IFFT2 IRFFT ISTFT RFFT STFT'),
    reason: 'which takes Fourier transforms, for which there is no primitive',
  },
  {
    names: words('BitwiseAnd BitwiseInvert BitwiseNot BitwiseOr BitwiseXor Gcd Lcm LeftShift RightShift Round'),
    reason: 'which works on whole numbers and has no derivative',
  },
  {
    names: words('AssociativeScan Cond ForiLoop Map Scan Switch VectorizedMap WhileLoop'),
    reason: 'whose Python functions cannot be read from the file',
  },
]; // prettier-ignore

/** Why a name is refused, if it is for a reason of its own. */
export const refusalOf = (refusals: readonly Refusal[], name: string): string | undefined =>
  refusals.find(({ names }) => names.includes(name))?.reason;

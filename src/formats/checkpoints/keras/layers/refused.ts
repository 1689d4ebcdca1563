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
    names: words(
      'TextVectorization StringLookup IntegerLookup Hashing HashedCrossing Discretization FeatureSpace',
    ),
    reason:
      'which turns text, keys or numbers into indices and has no derivative; apply it to the data and save the model without it',
  },
  {
    names: words('AutoContrast ContrastLimitedAdaptiveHistogramEqualization'),
    reason:
      'which stretches every image by its own histogram, outside training too; apply it to the data and save the model without it',
  },
  {
    names: words('MelSpectrogram STFTSpectrogram'),
    reason: 'which takes Fourier transforms; apply it to the data and save the model without it',
  },
  {
    names: words('MaxNumBoundingBoxes Pipeline'),
    reason: 'which prepares data outside the network; apply it to the data and save the model without it',
  },
];

/** Operations of `keras.ops`. */
export const REFUSED_OPERATIONS: readonly Refusal[] = [
  {
    names: words(
      'AllClose Argmax Argmin Argpartition Argsort Bincount CTCDecode CountNonzero Digitize Histogram InTopK IsIn Isclose Isfinite Isinf Isnan Isneginf Isposinf Isreal MultiHot Nanargmax Nanargmin Ndim Nextafter Nonzero SearchSorted Size Unique UnravelIndex',
    ),
    reason: 'which gives positions, counts or marks and has no derivative',
  },
  {
    names: words('Median Nanmedian Nanpercentile Nanquantile Percentile Quantile Sort Sparsemax TopK'),
    reason: 'which orders numbers, for which there is no primitive',
  },
  {
    names: words(
      'BroadcastTo Corrcoef Correlate Diag Diagflat Flipud Inner Kron Meshgrid Outer PSNR Ravel Rearrange SSIM Scatter ScatterUpdate SegmentMax SegmentMin SegmentProd SegmentReduction SegmentSum Slice SliceUpdate TakeAlongAxis Vander Vdot Vsplit Vstack',
    ),
    reason: 'which reads, joins or repeats the rows of a batch by their positions',
  },
  {
    names: words(
      'Cholesky CholeskyInverse Det Eig Eigh Inv Logdet Lstsq LuFactor MatrixRank Pinv Qr SVD Slogdet Solve SolveTriangular',
    ),
    reason: 'which factors matrices, for which there is no primitive',
  },
  {
    names: words('FFT FFT2 IFFT2 IRFFT ISTFT RFFT STFT'),
    reason: 'which takes Fourier transforms, for which there is no primitive',
  },
  {
    names: words(
      'BitwiseAnd BitwiseInvert BitwiseLeftShift BitwiseNot BitwiseOr BitwiseRightShift BitwiseXor Gcd Lcm Ldexp LeftShift RightShift Round',
    ),
    reason: 'which works on whole numbers and has no derivative',
  },
  {
    names: words('Angle Imag Polar View ViewAsComplex ViewAsReal'),
    reason: 'which reads numbers as complex ones or as bits',
  },
  {
    names: words('Arange Array EmptyLike Full Geomspace Linspace Logspace'),
    reason: 'which makes a tensor that does not depend on the rows; pass it as a constant',
  },
  {
    names: words('NanToNum Nancumprod Nancumsum Nanmax Nanmean Nanmin Nanprod Nanstd Nansum Nanvar'),
    reason: 'which passes over what is not a number, so that the loss no longer shows it',
  },
  {
    names: words('Erfinv I0'),
    reason: 'whose derivatives no primitive has',
  },
  {
    names: words('BinaryCrossentropy CTCLoss CategoricalCrossentropy SparseCategoricalCrossentropy'),
    reason: 'which is a loss; give the model without it and name the loss in the settings',
  },
  {
    names: words(
      'AffineTransform ElasticTransform GaussianBlur HSVToRGB MapCoordinates PerspectiveTransform RGBToHSV ScaleAndTranslate',
    ),
    reason: 'which transforms images; apply it to the data and save the model without it',
  },
  {
    names: words('AssociativeScan Cond ForiLoop Function JVP Map Scan Switch VectorizedMap WhileLoop'),
    reason: 'whose Python functions cannot be read from the file',
  },
];

/** Why a name is refused, if it is for a reason of its own. */
export const refusalOf = (refusals: readonly Refusal[], name: string): string | undefined =>
  refusals.find(({ names }) => names.includes(name))?.reason;

/**
 * The measures of sharpness by their ids, in the order in which tables show them: what schemas, settings and tables know of
 * them. How each is computed stands in `analysis/measures`.
 */

/** A measure of sharpness as people read it. */
export interface MeasureName {
  /** Short enough for a table. */
  readonly label: string;
  /** What it is, in one line. */
  readonly meaning: string;
  /** Who defined it. */
  readonly source: string;
  /** A larger value does not mean a sharper minimum, nor a smaller one. */
  readonly withoutDirection?: boolean;
}

const NAMES = {
  'lambda-max': {
    label: 'λ₁',
    meaning: 'The largest eigenvalue: curvature along the sharpest direction.',
    source: 'LeCun et al. 1993; Cohen et al. 2021',
  },
  'lambda-min': {
    label: 'λ min',
    meaning: 'The smallest eigenvalue: negative where a direction curves downwards.',
    source: 'LeCun et al. 1993',
    withoutDirection: true,
  },
  'lambda-ratio': {
    label: '|λ min / λ₁|',
    meaning: 'How strong the strongest downward curvature is beside the strongest upward one.',
    source: 'Li et al. 2018',
    withoutDirection: true,
  },
  trace: {
    label: 'trace',
    meaning: 'The sum of all eigenvalues: curvature summed over all directions.',
    source: 'Hutchinson 1990',
  },
  'trace-per-parameter': {
    label: 'trace per parameter',
    meaning: 'The mean eigenvalue.',
    source: 'Hutchinson 1990',
  },
  'trace-over-lambda-max': {
    label: 'trace / λ₁',
    meaning: 'How many directions as sharp as the sharpest would make up the trace.',
    source: 'Vershynin 2012 (effective rank)',
    withoutDirection: true,
  },
  'negative-mass': {
    label: 'negative mass',
    meaning: 'The share of eigenvalues below −10⁻³ λ₁.',
    source: 'Ghorbani et al. 2019 (density)',
    withoutDirection: true,
  },
  'negative-share': {
    label: 'negative share',
    meaning: 'The negative eigenvalues’ share of the sum of sizes.',
    source: 'Ghorbani et al. 2019 (density)',
    withoutDirection: true,
  },
  'spectral-entropy': {
    label: 'spectral entropy',
    meaning: 'How evenly the positive curvature is spread over directions: ln n for n equal eigenvalues.',
    source: 'Roy and Vetterli 2007',
    withoutDirection: true,
  },
  participation: {
    label: 'participation ratio',
    meaning: 'How many equal eigenvalues would share the positive curvature alike.',
    source: '(Σλ)² / Σλ²',
    withoutDirection: true,
  },
  'effective-dimensionality': {
    label: 'effective dimensionality',
    meaning: 'How many directions the data determine against a prior of precision z.',
    source: 'MacKay 1992; Maddox et al. 2020',
  },
  'keskar-1e-3': {
    label: 'Keskar, ε 10⁻³',
    meaning: 'The highest relative rise of the loss in a small box around the weights, a lower bound.',
    source: 'Keskar et al. 2017',
  },
  'keskar-5e-4': {
    label: 'Keskar, ε 5×10⁻⁴',
    meaning: 'The highest relative rise of the loss in a smaller box around the weights, a lower bound.',
    source: 'Keskar et al. 2017',
  },
  'keskar-subspace-1e-3': {
    label: 'Keskar in a subspace, ε 10⁻³',
    meaning: 'The highest relative rise of the loss in a box of a random subspace, a lower bound.',
    source: 'Keskar et al. 2017',
  },
  'keskar-subspace-5e-4': {
    label: 'Keskar in a subspace, ε 5×10⁻⁴',
    meaning: 'The highest relative rise of the loss in a smaller box of a random subspace, a lower bound.',
    source: 'Keskar et al. 2017',
  },
  'sam-sharpness': {
    label: 'SAM sharpness',
    meaning: 'The rise of the loss one step of length ρ up the gradient.',
    source: 'Foret et al. 2021',
  },
  'adaptive-sharpness': {
    label: 'adaptive sharpness',
    meaning: 'The rise of the loss one step up the gradient, in units of each weight’s size.',
    source: 'Kwon et al. 2021',
  },
  'adaptive-worst-case': {
    label: 'adaptive worst case',
    meaning: 'The highest rise of the loss in a ball in units of each weight’s size, a lower bound.',
    source: 'Andriushchenko et al. 2023',
  },
  'average-sharpness': {
    label: 'average sharpness',
    meaning: 'The mean rise of the loss under normal noise on the weights.',
    source: 'Neyshabur et al. 2017',
  },
  'average-sharpness-scaled': {
    label: 'average sharpness, scaled',
    meaning: 'The mean rise of the loss under normal noise in units of each weight’s size.',
    source: 'Andriushchenko et al. 2023',
  },
  'pac-bayes': {
    label: 'PAC-Bayes',
    meaning: 'One over the variance of the noise on the weights that costs ten points of accuracy.',
    source: 'Jiang et al. 2020',
  },
  'pac-bayes-scaled': {
    label: 'PAC-Bayes, scaled',
    meaning: 'The same for noise in units of each weight’s size.',
    source: 'Jiang et al. 2020',
  },
  'relative-flatness': {
    label: 'relative flatness',
    meaning: 'Curvature of each layer weighted by the products of its neurons’ weights.',
    source: 'Petzka et al. 2021',
  },
  'weight-scaled-trace': {
    label: 'weight-scaled trace',
    meaning: 'The trace in units of each weight’s size.',
    source: 'Kwon et al. 2021',
  },
  'fisher-rao': {
    label: 'Fisher-Rao norm',
    meaning: 'The length of the weight vector in the Fisher metric.',
    source: 'Liang et al. 2019',
  },
  'critical-sharpness': {
    label: 'critical sharpness',
    meaning: 'Two over the step down the gradient at which the loss is back where it was.',
    source: 'Kalra et al. 2026',
  },
} satisfies Readonly<Record<string, MeasureName>>;

export type MeasureId = keyof typeof NAMES;

export const MEASURES = Object.keys(NAMES) as readonly MeasureId[];

/** How each measure is called. */
export const MEASURE_NAMES: Readonly<Record<MeasureId, MeasureName>> = NAMES;

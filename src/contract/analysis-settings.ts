import { MEASURES } from './measures';
import { BACKENDS, OPERATORS } from './vocabulary';

/** A setting of an analysis: what it may be, what holds where it is not given, and how it is said. */
interface Said<T> {
  /** Where nobody says anything; the editor's settings have defaults of their own. */
  readonly default: T;
  /** In the schema of `landscape.json`. */
  readonly description: string;
  /** Of the terminal's option of the same name; of a flag that is on, what `--no-...` does. */
  readonly help: string;
  /** The most that first figures have of it, where more takes work of its own, and what they are then without. */
  readonly first?: { readonly most: T; readonly without: string };
}

interface Count extends Said<number> {
  readonly kind: 'count';
  readonly least?: number;
  readonly most?: number;
  /** What stands for the number in the terminal's help. */
  readonly placeholder: string;
}

interface Flag extends Said<boolean> {
  readonly kind: 'flag';
}

interface Choice<T extends string> extends Said<T> {
  readonly kind: 'choice';
  readonly choices: readonly T[];
  readonly placeholder: string;
}

/** All of them, none, or a list. */
interface Some<T extends string> extends Said<boolean | T[]> {
  readonly kind: 'some';
  readonly choices: readonly T[];
  readonly placeholder: string;
}

const choice = <T extends string>(facts: Omit<Choice<T>, 'kind'>): Choice<T> => ({
  kind: 'choice',
  ...facts,
});
const some = <T extends string>(facts: Omit<Some<T>, 'kind'>): Some<T> => ({ kind: 'some', ...facts });
const count = (facts: Omit<Count, 'kind'>): Count => ({ kind: 'count', ...facts });
const flag = (facts: Omit<Flag, 'kind'>): Flag => ({ kind: 'flag', ...facts });

/**
 * What is measured and how, in the order of the terminal's help. Schemas (`settings.ts`), the terminal's options and what
 * it sends are made of this table; who acts on a setting reads it from the request.
 */
export const ANALYSIS_SETTINGS = {
  top: count({
    default: 5,
    least: 1,
    most: 200,
    placeholder: 'k',
    description: 'How many of the largest eigenvalues to find.',
    help: 'how many of the largest eigenvalues',
  }),
  bottom: count({
    default: 0,
    least: 0,
    most: 50,
    placeholder: 'k',
    description: 'How many of the smallest eigenvalues to find.',
    help: 'how many of the smallest eigenvalues',
    first: { most: 0, without: 'the smallest eigenvalues' },
  }),
  seed: count({
    default: 1,
    placeholder: 's',
    description: 'Seed of every random choice: rows, start vectors, probes, directions.',
    help: 'seed of every random choice',
  }),
  backend: choice({
    default: 'auto',
    choices: BACKENDS,
    placeholder: 'name',
    description: 'What computes the kernels.',
    help: 'what computes',
  }),
  operator: choice({
    default: 'hessian',
    choices: OPERATORS,
    placeholder: 'name',
    description: 'The matrix whose spectrum is measured.',
    help: 'matrix to measure',
  }),
  layers: choice({
    default: 'trace',
    choices: ['off', 'trace', 'full'],
    placeholder: 'what',
    description: 'Curvature per tensor: none, traces, or largest eigenvalues too.',
    help: 'curvature per tensor',
    first: { most: 'trace', without: 'eigenvalues per tensor' },
  }),
  operators: flag({
    default: false,
    description: 'Measure the Gauss-Newton matrix and the empirical Fisher matrix beside the Hessian.',
    help: 'measure the Gauss-Newton and empirical Fisher matrices beside the Hessian',
    first: { most: false, without: 'the other matrices' },
  }),
  measures: some({
    default: false,
    choices: MEASURES,
    placeholder: 'ids',
    description: 'Measures of sharpness from the literature: all, none, or these.',
    help: 'measures of sharpness: all of them, or those named',
    first: { most: false, without: 'measures' },
  }),
  exact: flag({
    default: false,
    description: 'Compute every eigenvalue from the dense matrix (up to 5,000 parameters).',
    help: 'every eigenvalue, from the dense matrix (up to 5,000 parameters)',
    first: { most: false, without: 'every eigenvalue' },
  }),
  density: flag({
    default: true,
    description: 'Estimate the spectral density.',
    help: 'leave out the spectral density',
  }),
  trace: flag({ default: true, description: 'Estimate the trace.', help: 'leave out the trace' }),
  slices: flag({
    default: true,
    description: 'Measure the loss along eigenvectors and random directions.',
    help: 'leave out the loss slices',
  }),
  picture: flag({
    default: false,
    description: 'Draw a small picture of the landscape in the plane of the two leading eigenvectors.',
    help: 'draw a small picture of the landscape for the page (--html)',
  }),
};

export type AnalysisSettings = typeof ANALYSIS_SETTINGS;
export type AnalysisSettingName = keyof AnalysisSettings;
/** Any of the table's rows. */
export type AnalysisSetting = Count | Flag | Choice<string> | Some<string>;

export const ANALYSIS_SETTING_NAMES = Object.keys(ANALYSIS_SETTINGS) as readonly AnalysisSettingName[];

/** What holds where nobody says anything. */
export const ANALYSIS_DEFAULTS = Object.fromEntries(
  ANALYSIS_SETTING_NAMES.map((name) => [name, ANALYSIS_SETTINGS[name].default]),
) as unknown as { readonly [Name in AnalysisSettingName]: AnalysisSettings[Name]['default'] };

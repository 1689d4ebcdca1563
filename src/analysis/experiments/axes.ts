import type { Claim, ExperimentFile } from '../../contract/experiment';
import type { Mistake } from '../../contract/mistakes';
import { knownFigures } from './figures';

/** An axis as claims speak of it. */
export interface NamedAxis {
  readonly name: string;
  readonly labels: readonly string[];
}

type Axis = ExperimentFile['vary'][number];
export type Pattern = Readonly<Record<string, string>>;

/** The name by which claims and tables speak of an axis. */
export const nameOf = ({ key, label }: Axis): string => label ?? key;

/** The axis on which rescaled ends stand. */
export const RESCALED = 'rescaled';
/** The label on it of an end as it was trained. */
export const AS_TRAINED = 'no';
/** The label on it of an end whose layers were rescaled. */
export const rescaledLabel = (factor: number): string => `by ${factor}`;

/** The axes of the runs, and where ends are rescaled that of the factors. */
export function namedAxes({ vary, measure }: Pick<ExperimentFile, 'vary' | 'measure'>): NamedAxis[] {
  const varied = vary.map((axis) => ({ name: nameOf(axis), labels: axis.values.map(({ label }) => label) }));
  const factors = measure.rescale;
  return factors.length === 0
    ? varied
    : [...varied, { name: RESCALED, labels: [AS_TRAINED, ...factors.map(rescaledLabel)] }];
}

/** Labels that no axis has, and axes that there are not. */
export function patternMistakes(pattern: Pattern, axes: readonly NamedAxis[], path: string): Mistake[] {
  const quoted = (texts: readonly string[]) => texts.map((text) => `"${text}"`).join(', ') || 'none';
  return Object.entries(pattern).flatMap(([name, label]): Mistake[] => {
    const axis = axes.find((each) => each.name === name);
    if (!axis)
      return [{ path, message: `"${name}" is no axis (known: ${quoted(axes.map((each) => each.name))})` }];
    return axis.labels.includes(label)
      ? []
      : [
          {
            path: `${path}.${name}`,
            message: `"${label}" is no label of it (known: ${quoted(axis.labels)})`,
          },
        ];
  });
}

/** Figures, axes and labels that claims name and the experiment has not. */
export function claimMistakes(file: ExperimentFile): Mistake[] {
  const axes = namedAxes(file);
  const figures = knownFigures(file);
  return file.claims.flatMap((claim, i) => {
    const path = `claims.${i}`;
    const figure = (key: 'figure' | 'against', id: string): Mistake[] =>
      figures.includes(id)
        ? []
        : [
            {
              path: `${path}.${key}`,
              message: `"${id}" is not measured here (measured: ${figures.join(', ')}): add it under "measure"`,
            },
          ];
    const pattern = (key: string, given: Pattern) => patternMistakes(given, axes, `${path}.${key}`);
    return [
      ...figure('figure', claim.figure),
      ...('against' in claim ? figure('against', claim.against) : []),
      ...Object.entries(patternsOf(claim)).flatMap(([key, given]) => pattern(key, given)),
      ...axisMistakes(claim, axes, path),
      ...(claim.kind === 'equal' && (claim.right === undefined) === (claim.value === undefined)
        ? [{ path, message: 'give either "value" or "right" to be equal to' }]
        : []),
    ];
  });
}

function patternsOf(claim: Claim): Readonly<Record<string, Pattern>> {
  switch (claim.kind) {
    case 'greater':
      return { left: claim.left, right: claim.right };
    case 'equal':
      return { left: claim.left, ...(claim.right ? { right: claim.right } : {}) };
    case 'correlation':
    case 'hidden-cause':
    case 'heterogeneity':
      return { where: claim.where };
  }
}

function axisMistakes(claim: Claim, axes: readonly NamedAxis[], path: string): Mistake[] {
  const key = 'axis' in claim ? 'axis' : 'within';
  const name = 'axis' in claim ? claim.axis : claim.kind === 'correlation' ? claim.within : undefined;
  if (name === undefined || axes.some((axis) => axis.name === name)) return [];
  return [
    {
      path: `${path}.${key}`,
      message: `"${name}" is no axis (known: ${axes.map((axis) => `"${axis.name}"`).join(', ')})`,
    },
  ];
}

/** Is it one of the runs that these labels pick? */
export const isPicked = (labels: Pattern, pattern: Pattern): boolean =>
  Object.entries(pattern).every(([axis, label]) => labels[axis] === label);

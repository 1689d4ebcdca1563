import type { ExperimentFile } from '../../contract/experiment';
import { settingsSchema } from '../../contract/settings';
import { type RunFile, runFileSchema } from '../../contract/run-file';
import { formatCount } from '../../wording/format-number';
import { type Mistake, mistakesOf } from '../../contract/mistakes';
import { RESCALED, claimMistakes, nameOf, namedAxes, patternMistakes } from './axes';
import { withKey } from './dotted-keys';

/** One run that an experiment asks for. */
export interface PlannedRun {
  /** The labels, as a person reads them. */
  readonly label: string;
  /** Label by axis. */
  readonly labels: Readonly<Record<string, string>>;
  /** What the axes set where that is one value, else the label: what correlations group by. */
  readonly hyperparameters: Readonly<Record<string, string | number | boolean>>;
  readonly seed: number;
  /** A name for its folder, of its own in the experiment. */
  readonly folder: string;
  /** Paths as they stand in the file. */
  readonly run: RunFile;
}

export type Expansion =
  | { readonly runs: readonly PlannedRun[]; readonly mistakes: readonly [] }
  | { readonly runs: undefined; readonly mistakes: readonly Mistake[] };

type Axis = ExperimentFile['vary'][number];
type AxisValue = Axis['values'][number];

/** One value of every axis, with its position. */
type Combination = readonly { readonly axis: number; readonly value: number }[];

/**
 * Every combination of the axes' values (or those listed) with every seed, each a run file of its own. Gives every
 * mistake at once, by its path in the experiment file.
 */
export function expandExperiment(file: ExperimentFile): Expansion {
  const mistakes = [...axisMistakes(file), ...nameMistakes(file), ...sizeMistakes(file)];
  if (mistakes.length > 0) return { runs: undefined, mistakes };
  const folders = new Set<string>();
  const runs: PlannedRun[] = [];
  const found = new Map<string, Mistake>();
  for (const combination of combinationsOf(file)) {
    const chosen = combination.map(({ axis, value }) => ({
      axis: file.vary[axis],
      value: file.vary[axis].values[value],
    }));
    const labels = Object.fromEntries(chosen.map(({ axis, value }) => [nameOf(axis), value.label]));
    const label = chosen.map(({ value }) => value.label).join(', ');
    const { raw, places } = merged(file, combination);
    for (const seed of new Set(file.seeds)) {
      const parsed = runFileSchema.safeParse({ ...raw, title: label || file.title, seed });
      if (parsed.success) {
        runs.push({
          label: label || file.title,
          labels,
          hyperparameters: Object.fromEntries(
            chosen.map(({ axis, value }) => [nameOf(axis), scalarOf(value)]),
          ),
          seed,
          folder: folderName(
            chosen.map(({ value }) => value.label),
            seed,
            folders,
          ),
          run: parsed.data,
        });
        continue;
      }
      for (const mistake of mistakesOf(parsed.error.issues)) {
        const path = placeOf(mistake.path.split('.'), places);
        found.set(`${path}: ${mistake.message}`, { path, message: mistake.message });
      }
    }
  }
  return found.size > 0 ? { runs: undefined, mistakes: [...found.values()] } : { runs, mistakes: [] };
}

const scalarOf = ({ label, value }: AxisValue): string | number | boolean =>
  typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string' ? value : label;

function axisMistakes({ vary, run }: ExperimentFile): Mistake[] {
  const mistakes: Mistake[] = [];
  if ('seed' in run) mistakes.push({ path: 'run.seed', message: 'seeds are listed under "seeds"' });
  vary.forEach((axis, i) => {
    const path = `vary.${i}`;
    const name = nameOf(axis);
    if (axis.key === '' && !axis.label)
      mistakes.push({
        path: `${path}.label`,
        message: 'needed where the key is "": claims speak of the axis by it',
      });
    if (vary.slice(0, i).some((other) => nameOf(other) === name))
      mistakes.push({ path, message: `a second axis of the name "${name}": give it a "label"` });
    if (name === RESCALED)
      mistakes.push({
        path: `${path}.label`,
        message: `"${RESCALED}" is the axis of "rescale": choose another name`,
      });
    if (axis.key === 'seed')
      mistakes.push({ path: `${path}.key`, message: 'seeds are listed under "seeds"' });
    axis.values.forEach(({ label, value }, k) => {
      if (axis.values.slice(0, k).some((other) => other.label === label))
        mistakes.push({ path: `${path}.values.${k}.label`, message: `"${label}" stands twice` });
      if (axis.key === '' && !isObject(value))
        mistakes.push({
          path: `${path}.values.${k}.value`,
          message: 'an object of dotted keys is needed where the key is ""',
        });
    });
  });
  return mistakes;
}

/** More runs than anybody waits for: a grid grows with every axis, and is made whole. */
const MOST_RUNS = 10_000;

function sizeMistakes({ vary, seeds }: ExperimentFile): Mistake[] {
  const combinations = vary.reduce((count, { values }) => count * values.length, 1);
  const runs = combinations * new Set(seeds).size;
  return runs <= MOST_RUNS
    ? []
    : [
        {
          path: 'vary',
          message: `all values of all axes with all seeds are ${formatCount(runs)} combinations, where ${formatCount(MOST_RUNS)} are the most: vary less`,
        },
      ];
}

/** Of everything that speaks of axes by their names. */
function nameMistakes(file: ExperimentFile): Mistake[] {
  const axes = namedAxes(file);
  const trained = axes.filter(({ name }) => name !== RESCALED);
  return [
    ...(file.runs ?? []).flatMap((pattern, i) => patternMistakes(pattern, trained, `runs.${i}`)),
    ...file.measure.interpolate.flatMap(({ from, to }, i) => [
      ...patternMistakes(from, trained, `measure.interpolate.${i}.from`),
      ...patternMistakes(to, trained, `measure.interpolate.${i}.to`),
    ]),
    ...settingsMistakes(file),
    ...(file.measure.tail !== undefined && file.run.track === undefined
      ? [{ path: 'measure.tail', message: 'needs curvature to average: give "run.track"' }]
      : []),
    ...claimMistakes(file),
  ];
}

/** What a run says of itself is not said again where its end is measured. */
const measuringSchema = settingsSchema.omit({
  $schema: true,
  data: true,
  model: true,
  input: true,
  loss: true,
  classWeights: true,
  sampleWeights: true,
});

function settingsMistakes({ measure }: ExperimentFile): Mistake[] {
  const parsed = measuringSchema.safeParse(measure.settings);
  return parsed.success ? [] : mistakesOf(parsed.error.issues, ['measure', 'settings']);
}

/** The grid, or those of it that an entry of `runs` picks; an entry that leaves an axis out takes all its labels. */
function combinationsOf({ vary, runs }: ExperimentFile): Combination[] {
  let grid: Combination[] = [[]];
  vary.forEach(({ values }, axis) => {
    grid = grid.flatMap((before) => values.map((_, value) => [...before, { axis, value }]));
  });
  if (!runs) return grid;
  return grid.filter((combination) =>
    runs.some((pattern) =>
      combination.every(({ axis, value }) => {
        const wanted = pattern[nameOf(vary[axis])];
        return wanted === undefined || vary[axis].values[value].label === wanted;
      }),
    ),
  );
}

/** The run with what the axes set, and where in the experiment file each of these keys was written. */
function merged(
  { run, vary }: ExperimentFile,
  combination: Combination,
): { raw: Record<string, unknown>; places: ReadonlyMap<string, string> } {
  let raw: Record<string, unknown> = run;
  const places = new Map<string, string>();
  for (const { axis, value } of combination) {
    const { key, values } = vary[axis];
    const place = `vary.${axis}.values.${value}.value`;
    const given = values[value].value;
    const entries = key === '' && isObject(given) ? Object.entries(given) : [[key, given] as const];
    for (const [dotted, content] of entries) {
      raw = withKey(raw, dotted, content);
      places.set(dotted, key === '' ? `${place}.${dotted}` : place);
    }
  }
  return { raw, places };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A path of the run file as the place in the experiment file that set it. */
function placeOf(path: readonly string[], places: ReadonlyMap<string, string>): string {
  for (let length = path.length; length > 0; length--) {
    const place = places.get(path.slice(0, length).join('.'));
    if (place !== undefined) return [place, ...path.slice(length)].join('.');
  }
  return ['run', ...path].join('.');
}

/** `batch-32_adam_seed-1`, and a number behind it should two labels come to the same. */
function folderName(labels: readonly string[], seed: number, taken: Set<string>): string {
  const slug = (text: string) =>
    text
      .toLowerCase()
      .replace(/[^a-z0-9.+-]+/g, '-')
      .replace(/^[-.]+|[-.]+$/g, '') || 'x';
  const base = [...labels.map(slug), `seed-${seed}`].join('_');
  let name = base;
  for (let i = 2; taken.has(name); i++) name = `${base}_${i}`;
  taken.add(name);
  return name;
}

import { correlate } from '../../src/analysis/comparison/correlate';
import { judge } from '../../src/analysis/experiments/verdict';
import { type Claim, type ExperimentRun, claimSchema } from '../../src/contract/experiment';
import { type Random, random } from '../../src/core/random';

/** How many of so many experiments in which there is nothing to find decide something. */
export interface VerdictRate {
  readonly name: string;
  readonly decided: number;
  readonly of: number;
}

interface Case {
  readonly name: string;
  /** Is anything decided in one such experiment? */
  decides(stream: Random, simulation: number): boolean;
}

const figure = (value: number) => ({ value, standardError: null });

const run = (
  labels: Record<string, string>,
  seed: number,
  figures: Record<string, number>,
): ExperimentRun => ({
  label: Object.values(labels).join(', '),
  labels,
  seed,
  folder: `${Object.values(labels).join('-')}_seed-${seed}`,
  status: 'done',
  figures: Object.fromEntries(Object.entries(figures).map(([id, value]) => [id, figure(value)])),
});

const claim = (given: object): Claim => claimSchema.parse({ sentence: 'so it is', ...given });
const greater = (id: string) =>
  claim({ kind: 'greater', figure: id, left: { group: 'a' }, right: { group: 'b' } });
const correlation = (more: object = {}) =>
  claim({ kind: 'correlation', figure: 'x', against: 'y', sign: 'positive', ...more });

const decided = (claims: readonly Claim[], runs: readonly ExperimentRun[]) =>
  judge(claims, runs).some(({ verdict }) => verdict !== 'undecided');

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

const lognormal = (stream: Random, sigma = 1) => Math.exp(sigma * stream.normal()) - Math.exp(sigma ** 2 / 2);

type Draw = (stream: Random) => number;

/** Two groups whose figures have equal means, over so many seeds, and a `greater` on each of `statements` figures. */
function groups(left: Draw, right: Draw, seeds: number, statements = 1) {
  const ids = upTo(statements).map((i) => `figure-${i}`);
  return (stream: Random) => {
    const of = (group: string, draw: Draw) =>
      upTo(seeds).map((seed) =>
        run({ group }, seed, Object.fromEntries(ids.map((id) => [id, draw(stream)]))),
      );
    return decided(ids.map(greater), [...of('a', left), ...of('b', right)]);
  };
}

const normal: Draw = (stream) => stream.normal();

/** Settings by seeds: both figures have effects of settings, so many times as large as those of seeds, and nothing to do with each other. */
function bySetting(stream: Random, settings: number, seeds: number, spread: number): ExperimentRun[] {
  return upTo(settings).flatMap((setting) => {
    const [x, y] = [spread * stream.normal(), spread * stream.normal()];
    return upTo(seeds).map((seed) =>
      run({ setting: `s${setting}` }, seed, { x: x + stream.normal(), y: y + stream.normal() }),
    );
  });
}

/** A grid of levels of noise by trainings by seeds, with effects of the levels, of the cells and of seeds, all independent in x and y. */
function grid(
  stream: Random,
  [noises, trainings, seeds]: readonly number[],
  sizes: GridSizes,
): ExperimentRun[] {
  const both = (size: number) => [size * stream.normal(), size * stream.normal()];
  const trainingEffects = upTo(trainings).map(() => both(sizes.training));
  return upTo(noises).flatMap((noise) => {
    const effect = both(sizes.noise);
    return upTo(trainings).flatMap((training) => {
      const cell = both(sizes.cell);
      return upTo(seeds).map((seed) => {
        const [x, y] = both(1).map((own, i) => own + effect[i] + cell[i] + trainingEffects[training - 1][i]);
        return run({ noise: `n${noise}`, training: `t${training}` }, seed, { x, y });
      });
    });
  });
}

interface GridSizes {
  readonly noise: number;
  readonly training: number;
  readonly cell: number;
}

const OVERALL = correlation();
const WITHIN = correlation({ within: 'noise' });
const CAUSE = claim({ kind: 'hidden-cause', figure: 'x', against: 'y', sign: 'positive', axis: 'noise' });

function compared(
  stream: Random,
  settings: number,
  seeds: number,
  spread: number,
  simulation: number,
): boolean {
  const points = bySetting(stream, settings, seeds, spread).map(({ labels, seed, figures, folder }) => ({
    run: folder,
    seed,
    hyperparameters: labels,
    x: figures['x'].value,
    y: figures['y'].value,
  }));
  const { interval } = correlate(points, { seed: simulation, repeats: 400 });
  return interval !== null && (interval.low > 0 || interval.high < 0);
}

/** Tasks whose settings have the same correlation, drawn anew for each task but for what all tasks share of a setting. */
function tasks(stream: Random, correlation: number, shared: number): ExperimentRun[] {
  const rest = Math.sqrt(1 - correlation ** 2);
  const own = Math.sqrt(1 - shared);
  const common = upTo(8).map(() => [stream.normal(), stream.normal()].map((z) => Math.sqrt(shared) * z));
  return upTo(6).flatMap((task) =>
    upTo(8).flatMap((setting) => {
      const [x, e] = common[setting - 1].map((z) => z + own * stream.normal());
      const figures = { x: Math.exp(x), y: correlation * x + rest * e };
      return upTo(3).map((seed) => run({ task: `t${task}`, setting: `s${setting}` }, seed, figures));
    }),
  );
}

const DIFFERS = claim({ kind: 'heterogeneity', figure: 'x', against: 'y', axis: 'task' });

const SEEDS = [3, 5, 8, 10] as const;
const SPREADS = [0, 1, 3, 10] as const;
const SHAPES: readonly [string, GridSizes][] = [
  ['effects of noise only', { noise: 3, training: 0, cell: 0 }],
  ['effects of training only', { noise: 0, training: 3, cell: 0 }],
  ['effects of cells only', { noise: 0, training: 0, cell: 3 }],
  ['effects of all', { noise: 3, training: 3, cell: 3 }],
];

/** Every kind of experiment in which there is nothing to find. */
export const CASES: readonly Case[] = [
  ...SEEDS.map((n) => ({ name: `greater, equal normal, ${n} seeds`, decides: groups(normal, normal, n) })),
  ...SEEDS.map((n) => ({
    name: `greater, equal lognormal, ${n} seeds`,
    decides: groups(lognormal, lognormal, n),
  })),
  ...SEEDS.map((n) => ({
    name: `greater, equal means, one side lognormal, ${n} seeds`,
    decides: groups(lognormal, () => 0, n),
  })),
  ...SEEDS.map((n) => ({
    name: `greater, equal means, lognormal against normal, ${n} seeds`,
    decides: groups(lognormal, normal, n),
  })),
  ...SEEDS.map((n) => ({
    name: `greater, whole counts with few values, ${n} seeds`,
    decides: groups(
      (stream) => Math.round(stream.normal()) / 100,
      (stream) => Math.round(stream.normal()) / 100,
      n,
    ),
  })),
  ...(
    [
      [15, 5],
      [8, 8],
      [8, 10],
      [7, 8],
    ] as const
  ).map(([statements, n]) => ({
    name: `any of ${statements} statements, ${n} seeds`,
    decides: groups(normal, normal, n, statements),
  })),
  { name: 'any of 8 statements, one side lognormal, 8 seeds', decides: groups(lognormal, () => 0, 8, 8) },
  ...SPREADS.flatMap((spread) =>
    (
      [
        [8, 4],
        [6, 8],
      ] as const
    ).map(([settings, n]) => ({
      name: `correlation, ${settings} settings × ${n} seeds, settings' spread ${spread}`,
      decides: (stream: Random) => decided([OVERALL], bySetting(stream, settings, n, spread)),
    })),
  ),
  ...SHAPES.flatMap(([name, sizes]) =>
    (
      [
        [[4, 3, 5], '4 × 3 × 5'],
        [[6, 6, 3], '6 × 6 × 3'],
      ] as const
    ).flatMap(([counts, text]) =>
      (
        [
          ['overall', OVERALL],
          ['within', WITHIN],
          ['hidden cause', CAUSE],
        ] as const
      ).map(([kind, one]) => ({
        name: `label noise ${text}, ${name}: ${kind}`,
        decides: (stream: Random) => decided([one], grid(stream, counts, sizes)),
      })),
    ),
  ),
  ...[0, 0.5, 0.9].flatMap((correlated) =>
    [0, 0.7].map((shared) => ({
      name: `heterogeneity, 6 tasks × 8 settings, ρ ${correlated}, ${100 * shared} % of a setting shared`,
      decides: (stream: Random) => decided([DIFFERS], tasks(stream, correlated, shared)),
    })),
  ),
  ...SPREADS.flatMap((spread) =>
    (
      [
        [8, 4],
        [6, 8],
      ] as const
    ).map(([settings, n]) => ({
      name: `compare's tau, ${settings} settings × ${n} seeds, settings' spread ${spread}`,
      decides: (stream: Random, simulation: number) => compared(stream, settings, n, spread, simulation),
    })),
  ),
];

/** The rates of the cases (all, or those whose names hold `wanted`), each by so many seeded simulations. */
export function* verdictRates(simulations: number, wanted = ''): Generator<VerdictRate> {
  for (const [place, { name, decides }] of CASES.entries()) {
    if (!name.includes(wanted)) continue;
    let count = 0;
    for (let simulation = 1; simulation <= simulations; simulation++)
      if (decides(random(simulation, 100 + place), simulation)) count++;
    yield { name, decided: count, of: simulations };
  }
}

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { analyze } from '../../src/jobs/analyze/analyze';
import type { JobContext } from '../../src/jobs/context/context';
import { train } from '../../src/jobs/train/train';
import { random } from '../../src/core/random';
import type { Report } from '../../src/contract/report';
import { runFileSchema } from '../../src/contract/run-file';
import { analyzeRequestSchema } from '../../src/contract/settings';
import { floats, integers, npz } from '../support/npz';

/** How often a figure's bar holds the right value, over all networks and in each. */
export interface Coverage {
  readonly figure: string;
  readonly over: string;
  readonly networks: readonly {
    readonly name: string;
    readonly one: number;
    readonly two: number;
    readonly of: number;
  }[];
}

interface Network {
  readonly name: string;
  readonly checkpoint: string;
  readonly data: string;
}

const ROWS = 4000;
const SUBSET = 200;
const WIDTH = 10;

const context = <T>(): JobContext<T> => ({
  signal: new AbortController().signal,
  log: () => undefined,
  partial: () => undefined,
  progress: () => undefined,
});

/** Rows of two tasks: classes by a random network of one hidden layer with some labels wrong, and a noisy curve. */
function writeData(folder: string): { classes: string; curve: string } {
  const stream = random(11, 1);
  const normals = (count: number) => Float64Array.from({ length: count }, () => stream.normal());
  const x = normals(ROWS * WIDTH);
  const [first, second] = [normals(WIDTH * 8), normals(8 * 3)];
  const hidden = (row: number) =>
    Float64Array.from({ length: 8 }, (_, h) => {
      let sum = 0;
      for (let i = 0; i < WIDTH; i++) sum += x[row * WIDTH + i] * first[i * 8 + h];
      return Math.tanh(sum / 2);
    });
  const labels: number[] = [];
  const curve: number[] = [];
  for (let row = 0; row < ROWS; row++) {
    const units = hidden(row);
    const scores = [0, 1, 2].map((k) => units.reduce((sum, unit, h) => sum + unit * second[h * 3 + k], 0));
    labels.push(
      stream.uniform() < 0.1 ? Math.floor(3 * stream.uniform()) : scores.indexOf(Math.max(...scores)),
    );
    curve.push(scores[0] + 0.3 * stream.normal());
  }
  const write = (name: string, y: Uint8Array) => {
    const file = path.join(folder, name);
    writeFileSync(file, npz({ x_train: floats([ROWS, WIDTH], x), y_train: y }));
    return file;
  };
  return {
    classes: write('classes.npz', integers([ROWS], labels)),
    curve: write('curve.npz', floats([ROWS, 1], curve)),
  };
}

const RUNS: readonly {
  name: string;
  task: 'classes' | 'curve';
  hidden: number[];
  activation: string;
  epochs: number;
}[] = [
  { name: 'tanh, 40 epochs', task: 'classes', hidden: [16], activation: 'tanh', epochs: 40 },
  { name: 'tanh, 2 epochs', task: 'classes', hidden: [16], activation: 'tanh', epochs: 2 },
  { name: 'relu, 40 epochs', task: 'classes', hidden: [16], activation: 'relu', epochs: 40 },
  { name: 'two layers', task: 'classes', hidden: [12, 12], activation: 'relu', epochs: 20 },
  { name: 'regression', task: 'curve', hidden: [16], activation: 'tanh', epochs: 40 },
  { name: 'regression, relu', task: 'curve', hidden: [12, 12], activation: 'relu', epochs: 20 },
];

/** Six small networks, trained by seeds of their own to different ends. */
async function networks(): Promise<Network[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'landscape-coverage-'));
  const data = writeData(folder);
  const made: Network[] = [];
  for (const [i, { name, task, hidden, activation, epochs }] of RUNS.entries()) {
    const out = path.join(folder, `run-${i}`);
    const run = runFileSchema.parse({
      data: data[task],
      model: { kind: 'mlp', hidden, activation },
      ...(task === 'curve' ? { loss: 'mean-squared-error' } : {}),
      optimizer: { name: 'sgd', learningRate: 0.1 },
      batchSize: 100,
      epochs,
      seed: i + 1,
      checkpoints: { every: 1000 },
    });
    const history = await train({ run, name, out, resume: false }, context());
    const last = history.epochs.at(-1)?.checkpoint;
    if (last === undefined) throw new Error(`${name} has no checkpoint`);
    made.push({ name, checkpoint: path.resolve(out, last), data: data[task] });
  }
  return made;
}

interface Found {
  readonly value: number;
  readonly standardError: number | null;
  readonly over: string;
}

/** Every figure of a report that may have a bar. */
function figuresOf({ loss, gradientNorm, spectrum, measures }: Report): Map<string, Found> {
  const found = new Map<string, Found>();
  const set = (
    name: string,
    one: { value: number; standardError: number | null } | undefined,
    over = 'over rows',
  ) => one && found.set(name, { value: one.value, standardError: one.standardError, over });
  set('loss', loss?.train.loss);
  set('accuracy', loss?.train.accuracy);
  set('gradient norm', gradientNorm?.overRows);
  spectrum.largest.forEach(({ value, heldFixed = null }, i) =>
    set(`λ${i + 1}, not shown`, { value, standardError: heldFixed }),
  );
  for (const { id, value, standardError, settings } of measures)
    set(id, { value, standardError }, String(settings['error']));
  return found;
}

const measured = async ({ checkpoint, data }: Network, more: object): Promise<Map<string, Found>> =>
  figuresOf(
    await analyze(
      analyzeRequestSchema.parse({
        checkpoint,
        data,
        layers: 'off',
        density: false,
        slices: false,
        top: 3,
        ...more,
      }),
      context(),
    ),
  );

const OVER_ROWS = ['lambda-max', 'sam-sharpness', 'adaptive-sharpness', 'critical-sharpness', 'fisher-rao'];
const OVER_DRAWS = [
  'trace',
  'relative-flatness',
  'weight-scaled-trace',
  'average-sharpness',
  'average-sharpness-scaled',
  'pac-bayes',
  'pac-bayes-scaled',
];

/**
 * Bars over rows: each network on subsets of 200 rows drawn by seeds, held against all 4,000. Bars over probes and draws:
 * on 400 rows with as many seeds, held against the mean over seeds. Gives the table after each network.
 */
export async function* coverage(repeats: number): AsyncGenerator<Coverage[]> {
  const table = new Map<string, { over: string; networks: Coverage['networks'][number][] }>();
  const count = (name: string, samples: readonly Map<string, Found>[], right: (figure: string) => number) => {
    for (const figure of samples[0].keys()) {
      const known = samples
        .flatMap((sample) => sample.get(figure) ?? [])
        .filter((each) => each.standardError !== null);
      if (known.length === 0) continue;
      const inside = (bars: number) =>
        known.filter(({ value, standardError }) => Math.abs(value - right(figure)) <= bars * standardError!)
          .length;
      const line = table.get(figure) ?? { over: known[0].over, networks: [] };
      line.networks.push({ name, one: inside(1), two: inside(2), of: known.length });
      table.set(figure, line);
    }
  };
  const seeds = Array.from({ length: repeats }, (_, i) => i + 1);
  for (const network of await networks()) {
    const truth = await measured(network, { trace: false, measures: OVER_ROWS });
    const subsets: Map<string, Found>[] = [];
    for (const seed of seeds)
      subsets.push(await measured(network, { samples: SUBSET, seed, trace: false, measures: OVER_ROWS }));
    count(network.name, subsets, (figure) => truth.get(figure)!.value);
    const drawn: Map<string, Found>[] = [];
    for (const seed of seeds) {
      const found = await measured(network, { samples: 'first:400', seed, top: 1, measures: OVER_DRAWS });
      drawn.push(
        new Map([...found].filter(([, { over }]) => over === 'over draws' || over === 'over probes')),
      );
    }
    count(network.name, drawn, (figure) => {
      const values = drawn.map((sample) => sample.get(figure)!.value);
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    });
    yield [...table].map(([figure, line]) => ({ figure, ...line }));
  }
}

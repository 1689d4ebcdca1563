import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { table } from './table';
import { median } from './timing';

interface TrainingPlan {
  readonly root: string;
  readonly cache: string;
  readonly python: string | undefined;
  /** Times that both sides take turns. */
  readonly rounds: number;
  say(text: string): void;
}

/** Epochs of a turn; the first of each, in which programs are compiled, does not count. */
const EPOCHS = 5;

const runs = {
  mlp: {
    title: 'MLP 784-512-512-10, mnist, 8,000 rows, batches of 64, Adam',
    data: 'mnist.npz',
    model: { kind: 'mlp', hidden: [512, 512] },
  },
  resnet8: {
    title: 'ResNet-8 with batch norm, gratings, batches of 64, Adam',
    data: 'gratings.npz',
    model: { kind: 'residual', filters: [8, 16, 24], blocks: 1 },
  },
};
type Name = keyof typeof runs;

/** Epochs of training beside PyTorch's, eager, turn by turn: a section of the bench's page. */
export function trainingSection(plan: TrainingPlan): string {
  const rows = (Object.keys(runs) as Name[]).map((name) => {
    const [ours, theirs]: [number[], number[]] = [[], []];
    for (let round = 0; round < plan.rounds; round++) {
      plan.say(`training: ${name}, turn ${round + 1} of ${plan.rounds}`);
      ours.push(...epochsOfOurs(name, plan));
      if (plan.python) theirs.push(...epochsOfTheirs(name, plan.python, plan));
    }
    const cell = (seconds: readonly number[]) =>
      seconds.length > 0
        ? `${(1000 * median(seconds)).toFixed(0)} (${(1000 * Math.min(...seconds)).toFixed(0)})`
        : '–';
    const ratio = theirs.length > 0 ? (Math.min(...ours) / Math.min(...theirs)).toFixed(2) : '–';
    return [runs[name].title, cell(ours), cell(theirs), ratio];
  });
  return [
    '## Training',
    'Milliseconds of an epoch: the median of all but the first, and the fastest.',
    table(['ms', 'Ours', 'PyTorch, eager', 'Ratio'], rows),
  ].join('\n\n');
}

const dataFile = (root: string, name: Name) => join(root, 'test/corpus/data', runs[name].data);

function epochsOfOurs(name: Name, { root, cache }: TrainingPlan): number[] {
  mkdirSync(cache, { recursive: true });
  const [file, out] = [join(cache, `${name}.run.json`), join(cache, name)];
  const run = {
    data: dataFile(root, name),
    input: { scale: 1 / 255 },
    model: runs[name].model,
    optimizer: { name: 'adam', learningRate: 0.001 },
    batchSize: 64,
    epochs: EPOCHS,
    seed: 1,
  };
  writeFileSync(file, JSON.stringify(run));
  rmSync(out, { recursive: true, force: true });
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(root, 'dist/cli.js'), 'train', file, '--out', out],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`landscape train failed: ${stderr}`);
  const history = JSON.parse(readFileSync(join(out, 'history.json'), 'utf8')) as {
    epochs: { epoch: number; seconds: number }[];
  };
  return history.epochs.filter(({ epoch }) => epoch > 1).map(({ seconds }) => seconds);
}

function epochsOfTheirs(name: Name, python: string, { root }: TrainingPlan): number[] {
  const script = join(import.meta.dirname, 'python', 'training.py');
  const threads = `${availableParallelism()}`;
  const { status, stdout, stderr } = spawnSync(
    python,
    [script, dataFile(root, name), name, `${EPOCHS}`, threads],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`PyTorch's training failed: ${stderr}`);
  return (JSON.parse(stdout) as number[]).slice(1);
}

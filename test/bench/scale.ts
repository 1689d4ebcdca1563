import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { formatCount } from '../../src/wording/format-number';
import { bytes, integers, npz } from '../support/npz';
import { type Series, chart } from './chart';
import { childrenOf, rssOf } from './processes';
import { table } from './table';
import { median } from './timing';
import { type Opened, type OursRequest, Worker } from './worker';

interface ScalePlan {
  readonly root: string;
  readonly bundle: string;
  /** Where networks and data for it are kept. */
  readonly cache: string;
  say(text: string): void;
}

const MEGABYTE = 1e6;
const seconds = 1;
const least = 3;

/** How the cost of a product grows, and what the largest jobs need: a section of the bench's page, and its plots. */
export async function scaleSection(plan: ScalePlan): Promise<string> {
  const growth = await growthOfProducts(plan);
  const depth = await growthOverNodes(plan);
  const large = await largeNetwork(plan);
  const streamed: string[] = [];
  for (const rows of MANY) streamed.push(await manyRows(plan, rows));
  return ['## Scale', growth, depth, large, ...streamed].join('\n\n');
}

/** Asks one bench process about one network. */
async function withNetwork<T>(
  { bundle, cache, say }: ScalePlan,
  name: string,
  scale: number,
  use: (ours: Worker, opened: Opened) => Promise<T>,
): Promise<T> {
  say(`scale: ${name}, ${scale} times its rows`);
  const ours = new Worker(process.execPath, [bundle]);
  try {
    const folder = join(cache, `${name}-${scale}`);
    const opened = await ours.ask<Opened>('open', {
      name,
      scale,
      steps: 0,
      folder,
      threads: availableParallelism(),
    });
    return await use(ours, opened);
  } finally {
    ours.end();
  }
}

const timeOf = async (ours: Worker, way: OursRequest<'time'>['way']): Promise<number> =>
  median(await ours.ask<number[]>('time', { way, seconds, least }));

/** Of the hidden layers of an MLP: 10 thousand to 124 million parameters. */
const WIDTHS = [12, 64, 256, 1024, 4096, 10_740];

/** What a product costs at a number of rows or parameters. */
interface Grown {
  readonly at: number;
  readonly milliseconds: number;
  readonly megabytes: number;
}

const timeAndMemory = (grown: readonly Grown[]): Series[] => [
  { name: 'ms', points: grown.map(({ at, milliseconds }) => [at, milliseconds]) },
  { name: 'MB', points: grown.map(({ at, megabytes }) => [at, megabytes]) },
];

async function growthOfProducts(plan: ScalePlan): Promise<string> {
  const product = (name: string, scale: number) =>
    withNetwork(plan, name, scale, async (ours, opened) => ({
      opened,
      milliseconds: await timeOf(ours, 'hvp1'),
      megabytes: (await ours.ask<number>('memory')) / MEGABYTE,
    }));
  const overRows: Grown[] = [];
  for (const scale of [0.25, 0.5, 1, 2, 4, 8]) {
    const { milliseconds, megabytes } = await product('mlp', scale);
    overRows.push({ at: 1000 * scale, milliseconds, megabytes });
  }
  const overParameters: Grown[] = [];
  for (const width of WIDTHS) {
    const { opened, milliseconds, megabytes } = await product(`mlp-${width}`, 1);
    overParameters.push({ at: Number(opened.parameters), milliseconds, megabytes });
  }
  const overVectors: Series[] = [];
  for (const name of ['mlp', 'resnet20'])
    overVectors.push(
      await withNetwork(plan, name, 1, async (ours, opened) => {
        const points: [number, number][] = [];
        for (const [count, way] of [
          [1, 'hvp1'],
          [2, 'hvp2'],
          [4, 'hvp4'],
          [8, 'hvp8'],
        ] as const)
          points.push([count, (await timeOf(ours, way)) / count]);
        return { name: opened.title, points };
      }),
    );
  const folder = join(plan.root, 'docs');
  const plots = {
    'cost-rows': chart('rows (MLP 784-512-512-10)', 'ms a product, MB in all', timeAndMemory(overRows)),
    'cost-parameters': chart(
      'parameters (MLP, 1000 rows)',
      'ms a product, MB in all',
      timeAndMemory(overParameters),
    ),
    'cost-vectors': chart('vectors asked for together', 'ms a product', overVectors),
  };
  mkdirSync(folder, { recursive: true });
  for (const [name, svg] of Object.entries(plots)) writeFileSync(join(folder, `${name}.svg`), `${svg}\n`);
  return [
    'What one Hessian-vector product costs as rows, parameters and the vectors that go together grow (median milliseconds, the objective as an analysis uses it; megabytes of engine and lanes together at their peak).',
    Object.keys(plots)
      .map((name) => `![${name}](${name}.svg)`)
      .join(' '),
  ].join('\n\n');
}

/** Dense layers in a chain, each of three nodes. */
const DEPTHS = [170, 330, 670, 1330, 1670, 3330];

/** From a network in memory to its first product, by its nodes: it is differentiated, cut, written and compiled for it. */
async function growthOverNodes(plan: ScalePlan): Promise<string> {
  const points: [number, number][] = [];
  for (const layers of DEPTHS)
    points.push([
      3 * layers,
      await withNetwork(plan, `chain-${layers}`, 1, async (ours) => {
        const { seconds } = await ours.ask<{ seconds: number }>('first', {});
        return 1000 * seconds;
      }),
    ]);
  const name = 'cost-nodes';
  const svg = chart('nodes (dense layers of width 8 in a chain)', 'ms to the first product', [
    { name: '', points },
  ]);
  writeFileSync(join(plan.root, 'docs', `${name}.svg`), `${svg}\n`);
  const last = points[points.length - 1];
  return `What it takes from a network in memory to its first product as its nodes grow: ${formatCount(last[0])} nodes take ${(last[1] / 1000).toFixed(1)} s.\n\n![${name}](${name}.svg)`;
}

function largeNetwork(plan: ScalePlan): Promise<string> {
  return withNetwork(plan, 'resnet50', 1, async (ours, opened) => {
    const milliseconds = await timeOf(ours, 'hvp1');
    const held = await ours.ask<number>('memory');
    return `${opened.title}, ${formatCount(Number(opened.parameters))} parameters: a product takes ${(milliseconds / 1000).toFixed(1)} s and engine and lane together hold ${(held / 1e9).toFixed(2)} GB at their peak.`;
  });
}

const MANY = [100_000, 1_000_000];

/** A task over many rows as a person runs it, by the processes that it starts: the host, the engine and its lanes. */
async function manyRows({ root, cache, say }: ScalePlan, rows: number): Promise<string> {
  say(`scale: ${rows} rows`);
  mkdirSync(cache, { recursive: true });
  const data = join(cache, 'rows.npz');
  const pixels = new Uint8Array(rows * 784);
  for (let i = 0; i < pixels.length; i++) pixels[i] = (i * 2_654_435_761) >>> 24;
  const labels = Array.from({ length: rows }, (_, i) => i % 10);
  writeFileSync(data, npz({ x_train: bytes([rows, 28, 28], pixels), y_train: integers([rows], labels) }));
  const checkpoint = join(root, 'media/example/small-batch/epoch-020.keras');
  const report = join(cache, 'rows.json');
  const only = [
    '--top',
    '1',
    '--layers',
    'off',
    '--no-density',
    '--no-trace',
    '--no-slices',
    '--json',
    report,
  ];
  const child = spawn(
    process.execPath,
    [join(root, 'dist/cli.js'), 'analyze', checkpoint, '--data', data, ...only],
    { stdio: 'ignore' },
  );
  const most = new Map<string, number>();
  const watch = setInterval(() => {
    for (const [role, held] of heldBy(child.pid!)) most.set(role, Math.max(most.get(role) ?? 0, held));
  }, 50);
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  clearInterval(watch);
  rmSync(data);
  if (code !== 0) return `The analysis of ${formatCount(rows)} rows failed with exit code ${code}.`;
  const { cost } = JSON.parse(readFileSync(report, 'utf8')) as { cost: { hvps: number; seconds: number } };
  return [
    `${formatCount(rows)} rows of 784 columns (${formatCount((rows * 784) / MEGABYTE)} MB as bytes, four times as much as float32), the largest eigenvalue of an MLP 784-64-64-10: ${cost.hvps} products in ${cost.seconds.toFixed(0)} s. The most that each process held:`,
    table(
      ['MB', 'resident'],
      [...most].map(([role, held]) => [role, formatCount(Math.round(held / MEGABYTE))]),
    ),
  ].join('\n\n');
}

/** Resident bytes of a process and its children, by what they are (Linux alone says it). */
function heldBy(host: number): [role: string, bytes: number][] {
  const found: [string, number][] = [['terminal, in place of the extension host', rssOf(host)]];
  let lanes = 0;
  const walk = (pid: number, depth: number) => {
    for (const child of childrenOf(pid)) {
      found.push([depth === 1 ? 'engine' : `lane ${++lanes}`, rssOf(child)]);
      walk(child, depth + 1);
    }
  };
  walk(host, 1);
  return found.filter(([, held]) => held > 0);
}

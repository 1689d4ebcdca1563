// Our products, eigenvalues, traces and densities beside PyTorch's, in one run:
//   npm run bench [-- --only NAME|training|scale...] [--quick] [--no-peers] [--no-tasks] [--turns N]
// Prints its tables; a full run also writes them to docs/BENCHMARKS.md.
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { build } from 'esbuild';
import { format } from 'prettier';
import { peerPython } from './environment';
import { type Measured, inWords, measure } from './measure';
import { networkNames } from './networks';
import { renewed } from './page';
import { reportOf } from './report';
import { type NetworkResult, type Results, keepResults, readResults } from './results';
import { editorSection } from './editor';
import { hugeSection } from './huge';
import { picturesSection } from './pictures';
import { estimatesSection } from './estimates';
import { firstSection } from './first';
import { scaleSection } from './scale';
import { trainingSection } from './training';

const root = join(import.meta.dirname, '..', '..');
/**
 * A product may be this far from the same in float64, relative: it is one of float32. Where the loss is nearly flat
 * float32 itself can do no better than some multiple of this, so twice PyTorch's own distance is right too.
 */
const AGREEMENT = 1e-4;

/** What is measured besides the networks of the tables. */
const SECTIONS = ['training', 'scale', 'estimates', 'first', 'editor', 'pictures', 'huge'] as const;
type Section = (typeof SECTIONS)[number];

interface Options {
  readonly only?: string[];
  readonly quick?: boolean;
  readonly peers: boolean;
  readonly tasks: boolean;
  readonly task?: string[];
  readonly turns: string;
}

const say = (text: string): void => console.error(text);

/** Our side as one script beside the built lane: objectives fork the lane that lies beside them. */
async function bundle(): Promise<string> {
  const folder = join(root, 'out', 'bench');
  const outfile = join(folder, 'ours.js');
  await build({
    entryPoints: [join(import.meta.dirname, 'ours.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    mainFields: ['module', 'main'],
    external: ['onnxruntime-node', '@tensorflow/tfjs-node'],
    define: { 'import.meta.url': 'moduleUrl', 'import.meta.dirname': JSON.stringify(import.meta.dirname) },
    banner: { js: "const moduleUrl=require('node:url').pathToFileURL(__filename).href;" },
    logLevel: 'warning',
  });
  copyFileSync(join(root, 'dist', 'lane.js'), join(folder, 'lane.js'));
  return outfile;
}

const today = () => new Date().toISOString().slice(0, 10);

const INTRODUCTION =
  '# Benchmarks\n\nWritten by `npm run bench`, which runs our engine and PyTorch with the usual Python tools on the same networks, weights and rows of this machine, turn by turn. It builds its Python environment in `.cache/bench-python` by itself; `--only NAME`, `--quick`, `--no-peers`, `--no-tasks`, `--task NAME` and `--turns N` change how much it does. A run of some networks renews their part of this page; one without peers leaves it alone.';

function header(results: readonly NetworkResult[]): string {
  const measured = results.map((result) => result.measured);
  const versionsOf = (opened: Measured['opened'] | undefined) =>
    Object.entries(opened ?? {})
      .filter(([name]) => !['title', 'parameters', 'rows a chunk'].includes(name))
      .map(([name, value]) => `${name} ${value}`)
      .join(', ');
  const peers = measured.find(({ peerVersions }) => peerVersions)?.peerVersions;
  const agreement = measured.flatMap(({ opened, difference }) =>
    difference ? [`${opened.title}: ${inWords(difference)}`] : [],
  );
  return [
    `${cpus()[0].model}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GB, ${type()} ${release()}; both sides use all cores.`,
    `Ours: Node ${process.versions.node}, ${versionsOf(measured[0].opened)}. ${peers ? `Theirs: ${versionsOf(peers)}.` : 'Without peers.'}`,
    `When, and the machine's load average before and after (${availableParallelism()} are the bench's own): ${results.map(({ measured: { opened }, date, load }) => `${opened.title}: ${date}, ${load.map((each) => each.toFixed(1)).join(' and ')}`).join('; ')}.`,
    ...(agreement.length > 0
      ? [
          `Before anything was timed both sides computed the same Hessian-vector product from the same weights and rows. Relative distance from PyTorch's in float64: ${agreement.join('; ')}.`,
        ]
      : []),
  ].join('\n\n');
}

async function main(): Promise<void> {
  const options = new Command('bench')
    .option('--only <names...>', `some of ${[...networkNames, ...SECTIONS].join(', ')}`)
    .option('--quick', 'fewer rows, one short turn, no whole tasks and no peers')
    .option('--no-peers', 'ours alone')
    .option('--no-tasks', 'gradients and products alone')
    .option('--task <names...>', 'of the whole tasks (top, trace, density) these alone')
    .option('--turns <count>', 'times that both sides take turns', '3')
    .parse()
    .opts<Options>();
  const names = networkNames.filter((name) => !options.only || options.only.includes(name));
  const sections = SECTIONS.filter((name) => (options.only ? options.only.includes(name) : !options.quick));
  if (names.length + sections.length === 0)
    throw new Error(`--only takes ${[...networkNames, ...SECTIONS].join(', ')}.`);
  const cache = join(root, '.cache', 'bench');
  const requirements = join(import.meta.dirname, 'python', 'requirements.txt');
  const peers =
    options.quick || !options.peers
      ? { reason: 'not asked for' }
      : peerPython(join(root, '.cache', 'bench-python'), requirements, say);
  if ('reason' in peers) say(`The Python peers are left out: ${peers.reason}.`);
  const size = options.quick
    ? { scale: 0.125, steps: 0, rounds: 1, seconds: 0.3, least: 2, tasks: false }
    : {
        scale: 1,
        steps: 30,
        rounds: Number(options.turns),
        seconds: 2,
        least: 3,
        tasks: options.tasks && (options.task ?? true),
      };
  const python = 'python' in peers ? peers.python : undefined;
  const outfile = await bundle();
  // A run against peers is kept and goes into the docs; others are only printed.
  const stored = join(cache, 'results.json');
  const results = python ? readResults(stored) : { networks: {}, sections: {} };
  for (const name of names)
    try {
      const before = loadavg()[0];
      const measured = await measure({ name, ...size, limit: 600, cache, bundle: outfile, python, say });
      results.networks[name] = { measured, date: today(), load: [before, loadavg()[0]] };
    } catch (error) {
      say(`${name}: ${(error as Error).message}`);
      process.exitCode = 1;
    }
  const write: Record<Section, () => string | Promise<string>> = {
    training: () =>
      trainingSection({ root, cache: join(cache, 'training'), python, rounds: size.rounds, say }),
    estimates: () => estimatesSection({ bundle: outfile, cache, say }),
    first: () => firstSection({ root, cache: join(cache, 'first'), say }),
    editor: () => editorSection({ root, cache: join(cache, 'editor'), say }),
    pictures: () => picturesSection({ root, cache: join(cache, 'pictures'), say }),
    huge: () => hugeSection({ root, cache: join(cache, 'huge'), say }),
    scale: () => scaleSection({ root, bundle: outfile, cache: join(cache, 'scale'), say }),
  };
  for (const name of sections) results.sections[name] = `${await write[name]()}\n\nMeasured ${today()}.`;
  const text = pageOf(results);
  console.log(text);
  for (const { measured } of Object.values(results.networks)) {
    const { opened, difference } = measured;
    if (!difference || difference.ours <= Math.max(AGREEMENT, 2 * difference.peer)) continue;
    say(`${opened.title}: our product is wrong, so the figures mean nothing.`);
    process.exitCode = 1;
  }
  if (process.exitCode || !python) return;
  keepResults(stored, results);
  const page = await format(`${INTRODUCTION}\n\n${text}\n`, { parser: 'markdown' });
  const path = join(root, 'docs', 'BENCHMARKS.md');
  writeFileSync(path, renewed(readFileSync(path, 'utf8'), page, names.length > 0));
}

function pageOf({ networks, sections }: Results): string {
  const known = networkNames.flatMap((name) => networks[name] ?? []);
  const measured = known.map((result) => result.measured);
  return [
    ...(known.length > 0 ? [header(known), reportOf(measured)] : []),
    ...SECTIONS.flatMap((name) => sections[name] ?? []),
  ].join('\n\n');
}

void main();

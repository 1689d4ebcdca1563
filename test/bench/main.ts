// Our products, eigenvalues, traces and densities beside PyTorch's, in one run:
//   npm run bench [-- --only NAME|training|scale...] [--quick] [--no-peers] [--no-tasks] [--turns N]
// Prints its tables; a full run also writes them to docs/BENCHMARKS.md.
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { build } from 'esbuild';
import { peerPython } from './environment';
import { type Measured, inWords, measure } from './measure';
import { networkNames } from './networks';
import { reportOf } from './report';
import { estimatesSection } from './estimates';
import { scaleSection } from './scale';
import { trainingSection } from './training';

const root = join(import.meta.dirname, '..', '..');
/**
 * A product may be this far from the same in float64, relative: it is one of float32. Where the loss is nearly flat
 * float32 itself can do no better than some multiple of this, so twice PyTorch's own distance is right too.
 */
const AGREEMENT = 1e-4;

/** What is measured besides the networks of the tables. */
const SECTIONS = ['training', 'scale', 'estimates'] as const;

interface Options {
  readonly only?: string[];
  readonly quick?: boolean;
  readonly peers: boolean;
  readonly tasks: boolean;
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

function header(measured: readonly Measured[], loadBefore: number): string {
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
    `${new Date().toISOString().slice(0, 10)}; load average ${loadBefore.toFixed(1)} before and ${loadavg()[0].toFixed(1)} after (${availableParallelism()} are the bench's own).`,
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
    .option('--turns <count>', 'times that both sides take turns', '3')
    .parse()
    .opts<Options>();
  const names = networkNames.filter((name) => !options.only || options.only.includes(name));
  const sections = SECTIONS.filter((name) => (options.only ? options.only.includes(name) : !options.quick));
  if (names.length + sections.length === 0)
    throw new Error(`--only takes ${[...networkNames, ...SECTIONS].join(', ')}.`);
  const loadBefore = loadavg()[0];
  const cache = join(root, '.cache', 'bench');
  const requirements = join(import.meta.dirname, 'python', 'requirements.txt');
  const peers = options.quick || !options.peers
    ? { reason: 'not asked for' }
    : peerPython(join(root, '.cache', 'bench-python'), requirements, say); // prettier-ignore
  if ('reason' in peers) say(`The Python peers are left out: ${peers.reason}.`);
  const size = options.quick
    ? { scale: 0.125, steps: 0, rounds: 1, seconds: 0.3, least: 2, tasks: false }
    : { scale: 1, steps: 30, rounds: Number(options.turns), seconds: 2, least: 3, tasks: options.tasks };
  const python = 'python' in peers ? peers.python : undefined;
  const outfile = await bundle();
  const measured: Measured[] = [];
  for (const name of names)
    try {
      measured.push(await measure({ name, ...size, limit: 600, cache, bundle: outfile, python, say }));
    } catch (error) {
      say(`${name}: ${(error as Error).message}`);
      process.exitCode = 1;
    }
  const further: string[] = [];
  if (sections.includes('training'))
    further.push(trainingSection({ root, cache: join(cache, 'training'), python, rounds: size.rounds, say }));
  if (sections.includes('estimates')) further.push(await estimatesSection({ bundle: outfile, cache, say }));
  if (sections.includes('scale'))
    further.push(await scaleSection({ root, bundle: outfile, cache: join(cache, 'scale'), say }));
  if (measured.length === 0) return console.log(further.join('\n\n'));
  const text = [header(measured, loadBefore), reportOf(measured), ...further].join('\n\n');
  console.log(text);
  const apart = measured.filter(
    ({ difference }) => difference && difference.ours > Math.max(AGREEMENT, 2 * difference.peer),
  );
  for (const { opened } of apart) say(`${opened.title}: our product is wrong, so the figures mean nothing.`);
  if (apart.length > 0) process.exitCode = 1;
  if (!process.exitCode && python && options.tasks && !options.only) document(text);
}

function document(text: string): void {
  const folder = join(root, 'docs');
  mkdirSync(folder, { recursive: true });
  const intro =
    '# Benchmarks\n\nWritten by `npm run bench`, which runs our engine and PyTorch with the usual Python tools on the same networks, weights and rows of this machine, turn by turn. It builds its Python environment in `.cache/bench-python` by itself; `--only NAME`, `--quick`, `--no-peers`, `--no-tasks` and `--turns N` change how much it does; a run of less than everything leaves this file alone.';
  writeFileSync(join(folder, 'BENCHMARKS.md'), `${intro}\n\n${text}\n`);
}

void main();

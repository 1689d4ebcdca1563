import { fork, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { stampOf } from '../../src/editor/store/file-records';
import { ReportStore } from '../../src/editor/store/report-store';
import { analyzeRequest } from '../../src/settings/merge';
import { aReport } from '../unit/editor/a-report';
import { editTimes } from './lines';
import { table } from './table';
import { median } from './timing';

interface EditorPlan {
  readonly root: string;
  /** Where checkpoints and their reports are kept. */
  readonly cache: string;
  say(text: string): void;
}

const CHECKPOINTS = 500;
const BYTES = 100e6;
const TIMES = 9;

interface Hosted {
  readonly activation: number;
  readonly hovers: readonly { readonly milliseconds: number; readonly text: string }[];
}

/** How long processes take to start, and hovers to answer: a section of the bench's page. */
export async function editorSection({ root, cache, say }: EditorPlan): Promise<string> {
  const before = loadavg()[0];
  say('editor: 500 reports');
  const { storage, folder } = await storedReports(cache);
  const [name] = readdirSync(join(storage, 'reports'));
  const reportSize = statSync(join(storage, 'reports', name)).size;
  say('editor: start-up and hovers');
  const rows: string[][] = [];
  const add = (name: string, times: readonly number[]) =>
    rows.push([name, median(times).toFixed(0), Math.min(...times).toFixed(0)]);
  const edit = editTimes(3 * TIMES);
  add(edit.name, edit.times);
  const dist = (name: string) => join(root, 'dist', name);
  for (const option of ['--version', '--help'])
    add(
      `terminal: landscape ${option}`,
      repeated(() => timeOf(() => spawnSync(process.execPath, [dist('cli.js'), option]))),
    );
  add('engine, until it is ready', await each(() => answered(dist('engine.js'), [])));
  add('lane, until its first answer', await each(() => answered(dist('lane.js'), ['objective'])));
  const hosted = (wait: number, hovers: readonly Asked[]) => {
    const found = repeated(() => host({ extension: dist('extension.js'), storage, folder, wait, hovers }));
    hovers.forEach(({ name, expected }, i) => {
      const texts = found.map((each) => each.hovers[i].text);
      const other = texts.find((text) => !text.includes(expected));
      if (other !== undefined) throw new Error(`${name}: the hover says "${other.slice(0, 200)}"`);
      add(
        `hover: ${name}`,
        found.map((each) => each.hovers[i].milliseconds),
      );
    });
    return found.map(({ activation }) => activation);
  };
  const activations = hosted(0, AT_ONCE);
  add('extension: read and activated', [...activations, ...hosted(WARM, HOVERS)]);
  return [
    '## The editor',
    `Milliseconds, the median and the fastest of ${TIMES}, each in a process of its own. Hovers are asked of the built extension in a folder of ${CHECKPOINTS} checkpoints of ${BYTES / 1e6} MB with a stored report of ${Math.round(reportSize / 1000)} kB each, at once after its activation and ${WARM} ms later; edits are read anew in this process, and take so much of its processor time. The machine's load average was ${before.toFixed(1)} before and ${loadavg()[0].toFixed(1)} after.`,
    table(['ms', 'Median', 'Fastest'], rows),
  ].join('\n\n');
}

/** A line of code, and a word of what its hover says. */
interface Asked {
  readonly name: string;
  readonly text: string;
  readonly expected: string;
}

/** Milliseconds after an activation by which what hovers need has been loaded. */
const WARM = 1500;
const FIGURES = 'Largest eigenvalue';
const AT_ONCE: readonly Asked[] = [
  {
    name: 'a checkpoint with a report, at once',
    text: 'model = load_model("epoch-042.keras")',
    expected: FIGURES,
  },
];
const HOVERS: readonly Asked[] = [
  {
    name: 'a checkpoint with a report',
    text: 'model = load_model("epoch-042.keras")',
    expected: FIGURES,
  },
  { name: 'another one', text: 'model = load_model("epoch-043.keras")', expected: FIGURES },
  {
    name: `a pattern that ${CHECKPOINTS} of them match`,
    text: 'callback = Saver("epoch-{epoch:03d}.keras")',
    expected: `${CHECKPOINTS} checkpoints`,
  },
  {
    name: 'a checkpoint without a report',
    text: 'model = load_model("new.keras")',
    expected: 'Not analyzed yet',
  },
];

interface Host {
  readonly extension: string;
  readonly storage: string;
  readonly folder: string;
  readonly wait: number;
  readonly hovers: readonly Asked[];
}

function host({ extension, storage, folder, wait, hovers }: Host): Hosted {
  const script = join(import.meta.dirname, 'editor-host.mjs');
  const texts = hovers.map(({ text }) => text);
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [script, extension, storage, folder, String(wait), ...texts],
    { encoding: 'utf8' },
  );
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Hosted;
}

/** Checkpoints that take no room on the disk, and a report of each in a store. Made once. */
async function storedReports(cache: string): Promise<{ storage: string; folder: string }> {
  const [storage, folder] = [join(cache, 'storage'), join(cache, 'checkpoints')];
  const done = join(cache, 'done');
  if (existsSync(done)) return { storage, folder };
  mkdirSync(folder, { recursive: true });
  const data = join(folder, 'data.npz');
  writeFileSync(data, 'data');
  const store = new ReportStore(storage);
  const hash = async (file: string) => ({ sha256: file, files: [(await stampOf(file))!] });
  for (let epoch = 0; epoch < CHECKPOINTS; epoch++) {
    const file = emptyCheckpoint(join(folder, `epoch-${String(epoch).padStart(3, '0')}.keras`));
    const request = analyzeRequest(file, { data });
    await store.save(request, reportOn(file, data), hash);
  }
  emptyCheckpoint(join(folder, 'new.keras'));
  writeFileSync(join(folder, 'landscape.json'), '{ "data": "data.npz" }');
  writeFileSync(done, '');
  return { storage, folder };
}

function emptyCheckpoint(file: string): string {
  writeFileSync(file, '');
  truncateSync(file, BYTES);
  return file;
}

/** As large as that of a network of a hundred tensors: a density each, and one of the whole. */
function reportOn(file: string, data: string) {
  const report = aReport();
  const { spectrum } = report;
  const points = Array.from({ length: 400 }, (_, i) => i / 137);
  const density = { ...spectrum.density!, eigenvalues: points, density: points, standardError: points };
  const layers = Array.from({ length: 100 }, (_, i) => ({
    name: `block${i}/kernel`,
    layer: `block${i}`,
    shape: [3, 3, 64, 64],
    parameters: 36_864,
    norm: 12.345,
    trace: { value: 1234.5 / (i + 1), standardError: 34.2 },
  }));
  return {
    ...report,
    checkpoint: { ...report.checkpoint, path: file, sha256: file },
    settings: { ...report.settings, data: { ...report.settings.data, path: data, sha256: data } },
    spectrum: { ...spectrum, density },
    layers,
  };
}

const timeOf = (run: () => unknown): number => {
  const start = performance.now();
  run();
  return performance.now() - start;
};

const repeated = <T>(run: () => T): T[] => Array.from({ length: TIMES }, run);

async function each(run: () => Promise<number>): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < TIMES; i++) times.push(await run());
  return times;
}

/** Milliseconds until a forked process says something; a lane is asked what it does not know. */
function answered(script: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = fork(script, args, {
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    child.once('message', () => {
      resolve(performance.now() - start);
      child.kill('SIGKILL');
    });
    child.once('error', reject);
    child.send({ message: { type: 'nothing' } });
  });
}

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { EngineClient } from '../../src/engine/client';
import type { Report } from '../../src/contract/report';
import { type AnalyzeRequest, analyzeRequestSchema } from '../../src/contract/settings';
import { openModel } from '../../src/formats/model';
import { descendants, processorSecondsOf } from './processes';
import { table } from './table';

interface FirstPlan {
  readonly root: string;
  readonly cache: string;
  say(text: string): void;
}

/** A network, another file of the same architecture, and their data. */
interface Pair {
  readonly title: string;
  readonly files: readonly [string, string];
  readonly request: Omit<Partial<AnalyzeRequest>, 'checkpoint'> & { readonly data: string };
}

/** What a person waits for, in the order in which it comes. */
const FIGURES = {
  loss: ({ loss }: Report) => loss !== undefined,
  'gradient norm': ({ gradientNorm }: Report) => gradientNorm !== undefined,
  'λ₁ at least': ({ spectrum: { highestRitz, largest } }: Report) =>
    highestRitz !== undefined || largest.length > 0,
  // The errors over rows come with the last product of the search.
  'λ₁': ({ spectrum }: Report) => spectrum.largest[0]?.samplingReason !== undefined,
  'whole report': ({ status }: Report) => status === 'complete',
} as const;

/** The five largest eigenvalues, and nothing beside them. */
const TOP_ALONE = { top: 5, layers: 'off', density: false, trace: false, slices: false, measures: false };

type Figure = keyof typeof FIGURES;
const names = Object.keys(FIGURES) as Figure[];

/** Seconds by the clock, and of processor time in engine and lanes, until a figure was there. */
type Waited = Record<Figure, { readonly clock: number; readonly processor: number }>;

/** Seconds from a question to its first figures: a section of the bench's page. */
export async function firstSection(plan: FirstPlan): Promise<string> {
  const sections: string[] = [];
  for (const pair of await pairs(plan)) {
    plan.say(`first: ${pair.title}`);
    sections.push(await sectionOf(plan, pair));
  }
  return [
    '## The first figure',
    'Seconds from the question to each figure, and in brackets the processor time of engine and lanes until then. `cold` starts the engine; `again` asks the same engine the same thing; `changed` asks it for another file of the same architecture. `editor` estimates first, as a right click does, `terminal` does not. Asked for are the five largest eigenvalues alone.',
    ...sections,
  ].join('\n\n');
}

async function pairs({ root, cache }: FirstPlan): Promise<Pair[]> {
  const corpus = join(root, 'test', 'corpus');
  const example = join(root, 'media', 'example');
  const resnet = join(corpus, 'onnx', 'resnet8-gratings.onnx');
  return [
    {
      title: 'MLP on digits (mlp-digits.keras)',
      files: [join(corpus, 'keras', 'mlp-digits.keras'), join(corpus, 'keras', 'mlp-digits-rescaled.keras')],
      request: { data: join(corpus, 'data', 'digits.npz') },
    },
    {
      title: 'ResNet-8 on gratings (resnet8-gratings.onnx), 128 rows',
      files: [resnet, await withOtherWeights(resnet, cache)],
      request: {
        data: join(corpus, 'data', 'gratings.npz'),
        input: { scale: 1 / 255 },
        samples: 'first:128',
      },
    },
    {
      title: 'MLP 784-64-64-10 on MNIST (of `npm start`), 2,000 rows',
      files: [
        join(example, 'small-batch', 'epoch-020.keras'),
        join(example, 'large-batch', 'epoch-100.keras'),
      ],
      request: {
        data: join(example, 'data', 'mnist.npz'),
        input: { scale: 1 / 255 },
        samples: 'first:2000',
      },
    },
  ];
}

/** The file with a tensor of weights changed where its bytes lie. */
async function withOtherWeights(file: string, cache: string): Promise<string> {
  const bytes = readFileSync(file);
  const { model } = await openModel(file);
  const { data } = model.tensors.find(({ trainable, shape }) => trainable && shape.length > 1)!;
  const weights = Float32Array.from(data);
  const at = bytes.indexOf(new Uint8Array(weights.buffer));
  bytes.set(new Uint8Array(weights.map((weight) => 1.01 * weight).buffer), at);
  mkdirSync(cache, { recursive: true });
  const changed = join(cache, `changed-${basename(file)}`);
  writeFileSync(changed, bytes);
  return changed;
}

async function sectionOf({ root }: FirstPlan, { title, files, request }: Pair): Promise<string> {
  const [own, other] = files.map((checkpoint) =>
    analyzeRequestSchema.parse({ ...TOP_ALONE, ...request, checkpoint }),
  );
  const enginePath = join(root, 'dist', 'engine.js');
  const rows: (readonly [string, Waited])[] = [];
  for (const estimates of [true, false]) {
    const way = estimates ? 'editor' : 'terminal';
    const engine = new EngineClient({ enginePath });
    try {
      rows.push([`${way}, cold`, await waitedFor(engine, own, estimates)]);
      if (!estimates) continue;
      rows.push([`${way}, again`, await waitedFor(engine, own, estimates)]);
      rows.push([`${way}, changed`, await waitedFor(engine, other, estimates)]);
    } finally {
      engine.dispose();
    }
  }
  const cell = ({ clock, processor }: Waited[Figure]) => `${clock.toFixed(2)} (${processor.toFixed(1)})`;
  return table(
    [title, ...names],
    rows.map(([way, waited]) => [way, ...names.map((name) => cell(waited[name]))]),
  );
}

async function waitedFor(engine: EngineClient, request: AnalyzeRequest, estimates: boolean): Promise<Waited> {
  const started = performance.now();
  const before = processorSeconds(engine);
  const waited: Partial<Waited> = {};
  const look = (report: Report) => {
    for (const name of names) {
      if (waited[name] || !FIGURES[name](report)) continue;
      const clock = (performance.now() - started) / 1000;
      waited[name] = { clock, processor: processorSeconds(engine) - before };
    }
  };
  if (estimates) await engine.request('estimate', request, { onPartial: look });
  look(await engine.request('analyze', request, { onPartial: look }));
  return waited as Waited;
}

/** Of the engine and all the lanes that it has had. */
const processorSeconds = ({ pid }: EngineClient): number =>
  pid === undefined ? 0 : [pid, ...descendants(pid)].reduce((sum, each) => sum + processorSecondsOf(each), 0);

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { beforeEach, test } from 'node:test';
import { fake, resetFake } from '../fake-vscode';
import * as vscode from 'vscode';
import { LineFigures } from '../../../../src/editor/lines/line-figures';
import { LineHints, LineHovers } from '../../../../src/editor/lines/line-hints';
import type { LayerCurvature } from '../../../../src/contract/report';
import { corpus } from '../../../support/corpus';
import { aReport } from '../a-report';

beforeEach(resetFake);

const models = readFileSync(corpus('torch/code/models.py'), 'utf8');

const layer = (name: string, line: number, text: string, value: number): LayerCurvature => ({
  ...{ name, layer: name.replace('.weight', ''), shape: [64, 64], parameters: 4096, norm: 1 },
  largest: { value, residual: 0, errorBound: 0.1, converged: true },
  trace: { value: 2, standardError: 0.1 },
  source: {
    ...{ file: 'models.py', line, kind: 'definition', text },
    owners: [{ file: 'models.py', className: 'Mlp', attribute: name, path: '' }],
  },
});

const layers = [
  layer('fc1.weight', 47, 'nn.Linear(784, 64)', 3),
  layer('fc2.weight', 48, 'nn.Linear(64, 64)', 1),
];

/** Two checkpoints of one network with reports in a store. */
function twoReports() {
  fake.folders = ['/w'];
  const reports = new Map([
    ['/w/a.pt2', aReport({ layers, createdAt: '2026-01-02T03:04:05.000Z' })],
    ['/w/b.pt2', aReport({ layers, createdAt: '2026-01-03T03:04:05.000Z' })],
  ]);
  let read = 0;
  const memory = new Map<string, unknown>();
  const found = {
    store: {
      records: {
        read: () => Promise.resolve(undefined),
        all: () =>
          Promise.resolve([...reports].map(([path, { createdAt }]) => ({ path, reports: [{ createdAt }] }))),
      },
      latest: (path: string) => {
        read++;
        return Promise.resolve({ report: reports.get(path), path: `${path}.json`, request: undefined });
      },
    },
    checkpoints: { all: () => Promise.resolve([]) },
    queue: { onChange: () => () => undefined },
    files: { onDidChange: () => ({ dispose: () => undefined }) },
    log: { warn: (text: string) => assert.fail(text) },
    context: { workspaceState: { get: (key: string) => memory.get(key), update: () => Promise.resolve() } },
  };
  return { found, read: () => read };
}

function documentOf(text: string, version = 1) {
  const lines = text.split('\n');
  return {
    uri: vscode.Uri.file('/w/models.py'),
    version,
    lineCount: lines.length,
    getText: () => text,
    lineAt: (line: number) => ({ range: { end: { line, character: lines[line].length } } }),
    offsetAt: (at: number) => at,
    positionAt: (at: number) => at,
  } as never;
}

const everywhere = { start: { line: 0 }, end: { line: 1000 } } as never;

/** The figures of two reports, read. */
async function read() {
  const { found, read: count } = twoReports();
  const figures = new LineFigures(found as never);
  assert.deepEqual(figures.placesOf(documentOf(models)), [], 'nothing is known before the reports are read');
  await new Promise<void>((resolve) => figures.onDidChange(() => resolve()));
  const services = { ...found, requests: { standing: () => Promise.resolve() } } as never;
  return { figures, count, services };
}

test('hints stand at the ends of the lines that make layers, from stored reports alone', async () => {
  const { figures, count, services } = await read();
  const hints = new LineHints(figures, services).provideInlayHints(documentOf(models), everywhere);
  assert.deepEqual(
    hints.map(({ position, label }) => [position.line, label]),
    [
      [46, 'λ₁ 3.00 ± 0.10 · 50 %'],
      [47, 'λ₁ 1.00 ± 0.10 · 50 %'],
    ],
  );
  assert.equal(count(), 2);
  const edited = models.replace('nn.Linear(64, 64)', 'nn.Linear(64, 64, bias=False)');
  const after = new LineHints(figures, services).provideInlayHints(documentOf(edited, 2), everywhere);
  assert.deepEqual(
    after.map(({ position }) => position.line),
    [46],
  );
  assert.equal(count(), 2, 'an edit reads no report');
  figures.dispose();
});

test('a hover has the tensors, the other checkpoints and a link to the row', async () => {
  const { figures, services } = await read();
  const hovers = new LineHovers(figures, services);
  const at = models.indexOf('nn.Linear(784, 64)') + 3;
  const hover = await hovers.provideHover(documentOf(models), at as never);
  const { value, isTrusted } = hover?.contents as unknown as vscode.MarkdownString;
  assert.match(value, /b\.pt2.*command:landscape\.showLayer/);
  assert.match(value, /fc1\.weight.*3\.00 ± 0\.10.*50 %/);
  assert.match(value, /w\/a\.pt2/);
  assert.match(value, /\(warning\).*b\.pt2 is no longer there/, 'the checkpoints of this test are no files');
  assert.deepEqual(isTrusted, { enabledCommands: ['landscape.showLayer'] });
  assert.equal(await hovers.provideHover(documentOf(models), 3 as never), undefined);
  figures.dispose();
});

test('one setting turns it off', async () => {
  const { figures, services } = await read();
  fake.settings = { figuresInCode: false };
  assert.deepEqual(new LineHints(figures, services).provideInlayHints(documentOf(models), everywhere), []);
  figures.dispose();
});

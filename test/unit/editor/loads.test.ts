import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, test } from 'node:test';
import { fake, resetFake } from './fake-vscode';
import * as vscode from 'vscode';
import { LoadHints } from '../../../src/editor/loads/load-hints';
import { loadLabel } from '../../../src/editor/loads/load-label';
import { loadsIn, loadsInPython } from '../../../src/editor/loads/loads-in';
import { PythonText } from '../../../src/python/lines/python-text';
import { temporaryFolder } from '../settings/temporary-folder';
import { aReport } from './a-report';

beforeEach(resetFake);

/** What is loaded in a text, with the code that ends where the figures stand. */
const loaded = (text: string, language: 'python' | 'javascript' = 'python') =>
  (language === 'python' ? loadsInPython(new PythonText(text)) : loadsIn(text)).map(({ expression, end }) => [
    expression.parts.join('/'),
    text.slice(0, end),
  ]);

test('calls that load one checkpoint are found, by its path or the variable that holds it', () => {
  const call = 'm = keras.models.load_model("runs/x.keras", compile=False)';
  assert.deepEqual(loaded(`${call}\nm.fit()`), [['runs/x.keras', call]]);
  const joined = 'm = load_model(Path("runs") / "x.keras")';
  assert.deepEqual(loaded(`${joined}.summary()`), [['runs/x.keras', joined]]);
  const variable = 'best = "runs/x.pt"\nnet.load_state_dict(torch.load(best))';
  assert.deepEqual(loaded(variable), [['runs/x.pt', variable.slice(0, -1)]]);
  assert.deepEqual(loaded('await tf.loadLayersModel(`web/model.json`)', 'javascript'), [
    ['web/model.json', 'await tf.loadLayersModel(`web/model.json`)'],
  ]);
});

test('lines are read one by one: of strings, comments and other lines nothing is taken', () => {
  const before = 'old = "runs/old.keras"\nbest = Path(\n    "runs"\n) / "best.keras"\n# best = "no.keras"\n';
  const text = `${before}"""m = load_model("in-a-string.keras")"""  # load_model("in-a-comment.keras")
def load(path): ...
with open("a.json") as file: settings = json.load(file)
m = keras.models.load_model(
    best,
    compile=False,
); n = load_model("b.keras"); k = load_model(old)
best = "runs/later.keras"
`;
  assert.deepEqual(
    loaded(text).map(([name]) => name),
    ['runs/best.keras', 'b.keras', 'runs/old.keras'],
  );
  for (const [, code] of loaded(text)) assert.ok(code.endsWith(')'), code);
  // What a line gives itself counts, and a bracket that is still open hides nothing before it.
  assert.deepEqual(loaded('p = "a.pt"; m = torch.load(p)'), [['a.pt', 'p = "a.pt"; m = torch.load(p)']]);
  assert.deepEqual(loaded('m = load_model("a.keras")\nx = (1,\ndef f():\n  pass')[0], [
    'a.keras',
    'm = load_model("a.keras")',
  ]);
});

test('of many calls those of the first twenty lines are read', () => {
  const many = Array.from({ length: 30 }, (_, i) => `m = load_model("e${i}.keras")`).join('\n');
  assert.equal(loaded(many).length, 20);
});

test('a numeric error is told where it is seen', () => {
  const { spectrum } = aReport();
  const coarse = [{ ...spectrum.largest[0], errorBound: 0.02 }];
  assert.match(
    loadLabel(aReport({ spectrum: { ...spectrum, largest: coarse } }), false),
    /^λ₁ 2\.887 ± 0\.020 ·/,
  );
});

test('what loads nothing, or no one checkpoint, is left alone', () => {
  for (const text of [
    'np.load("data.npz")',
    'load_model(f"epoch-{epoch}.keras")',
    'def load(path="x.keras"): pass',
    'model.save("x.keras")',
    '# load_model("x.keras")',
    'load_model(',
    'load_model("x.keras"',
  ])
    assert.deepEqual(loaded(text), [], text);
});

test('figures are the largest eigenvalue and what is known of the test, with a word where they are out of date', () => {
  assert.equal(loadLabel(aReport(), false), 'λ₁ 2.887 · test 96 %');
  const { loss } = aReport();
  const alone = aReport({ loss: { train: { ...loss!.train, accuracy: undefined } } });
  assert.equal(loadLabel(alone, true), 'λ₁ 2.887 · train loss 0.0123 · out of date');
});

/** A workspace with a script that loads two checkpoints, one of which was measured. */
function workspace() {
  const folder = temporaryFolder();
  mkdirSync(path.join(folder, 'run'));
  const files = ['a.keras', 'b.keras'].map((name) => path.join(folder, 'run', name));
  for (const file of files) writeFileSync(file, 'x');
  fake.folders = [folder];
  const report = aReport({ createdAt: new Date(Date.now() + 60_000).toISOString() });
  const services = {
    queue: { onChange: () => () => undefined },
    files: { onDidChange: () => ({ dispose: () => undefined }) },
    checkpoints: { byFolder: () => Promise.resolve(new Map([[path.dirname(files[0]), files]])) },
    requests: { standing: () => Promise.resolve(undefined) },
    store: {
      records: { read: () => Promise.resolve(undefined) },
      latest: (file: string) =>
        Promise.resolve(
          file === files[0] ? { report, path: `${file}.landscape.json`, request: undefined } : undefined,
        ),
    },
  };
  let reads = 0;
  const text = 'load_model("run/a.keras")\nload_model("run/b.keras")\n';
  const document = {
    languageId: 'python',
    uri: vscode.Uri.file(path.join(folder, 'eval.py')),
    version: 1,
    getText: () => {
      reads++;
      return text;
    },
    positionAt: (at: number) => ({ line: text.slice(0, at).split('\n').length - 1, at }),
  };
  return { hints: new LoadHints(services as never), document: document as never, files, reads: () => reads };
}

const everywhere = { start: { line: 0 }, end: { line: 100 } } as never;

test('a measured checkpoint has its figures behind the call and its run above, another one an offer', async () => {
  const { hints, document, files, reads } = workspace();
  const found = await hints.provideInlayHints(document, everywhere);
  assert.deepEqual(
    found.map(({ label, position }) => [label, position]),
    [['λ₁ 2.887 · test 96 %', { line: 0, at: 25 }]],
  );
  const lenses = (await hints.provideCodeLenses(document)).map(({ command }) => {
    const [argument] = (command?.arguments ?? []) as unknown[];
    return [command?.title, command?.command, argument instanceof vscode.Uri ? argument.fsPath : argument];
  });
  const [measured, other] = files;
  assert.deepEqual(lenses, [
    ['Open Panel', 'landscape.showPanel', { checkpoint: measured }],
    ['Compare the 2 of run', 'landscape.compare', path.dirname(measured)],
    ['Analyze Curvature', 'landscape.analyze', { checkpoint: other }],
  ]);
  assert.equal(reads(), 1, 'a version of a document is read once');
  fake.settings = { figuresInCode: false };
  assert.deepEqual(await hints.provideInlayHints(document, everywhere), []);
  assert.deepEqual(await hints.provideCodeLenses(document), []);
  hints.dispose();
});

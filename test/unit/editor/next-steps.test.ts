import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, test } from 'node:test';
import { fake, resetFake } from './fake-vscode';
import {
  afterAnalysis,
  afterDocument,
  moreRows,
  rowsAccepted,
  trainOn,
} from '../../../src/editor/panel/next-steps';
import { openSettings } from '../../../src/editor/panel/open-settings';
import { isChoosingData, settingsAccepted } from '../../../src/editor/panel/subjects/common';
import { documentSubject } from '../../../src/editor/panel/subjects/document';
import type { Report } from '../../../src/contract/report';
import { sampleSurface } from '../webview/sample-surface';
import { temporaryFolder } from '../settings/temporary-folder';
import { aHistory } from './a-history';
import { aReport } from './a-report';

beforeEach(resetFake);

/** A report whose largest eigenvalue, 2, other rows would move by so much at least. */
function moved(by: number | undefined, rows: number): Report {
  const plain = aReport();
  const largest = { value: 2, residual: 0, errorBound: 0, converged: true };
  const one = by === undefined ? largest : { ...largest, heldFixed: by };
  return aReport({
    spectrum: { ...plain.spectrum, largest: [one] },
    settings: { ...plain.settings, rows },
  });
}

test('four times the rows are offered where other rows would move the largest eigenvalue by three tenths', () => {
  assert.equal(moreRows(moved(0.59, 100)), undefined);
  assert.equal(moreRows(moved(undefined, 100)), undefined);
  const offer = moreRows(moved(0.61, 100));
  assert.match(offer?.text ?? '', /by 31 % at least: these are 100 of 1,437/);
  assert.deepEqual(offer?.actions, [{ id: 'rows-400', label: 'Take 400 Rows' }]);
  assert.equal(moreRows(moved(0.61, 1000))?.actions[0].id, 'rows-1437', 'no more than there are');
  assert.equal(moreRows(moved(0.61, 1437)), undefined, 'there are no others to take');
  assert.equal(moreRows({ ...moved(0.61, 100), status: 'running' }), undefined);
  assert.deepEqual([rowsAccepted('rows-400'), rowsAccepted('draw')], [400, undefined]);
  assert.deepEqual(settingsAccepted({ type: 'accept', id: 'rows-400' }), { samples: 400 });
  assert.ok(isChoosingData({ type: 'accept', id: 'check-data' }));
});

test('a finished analysis leads to its landscape and to the others of its run', async () => {
  const beside = (...files: string[]) => ({ byFolder: () => Promise.resolve(new Map([['/w/run', files]])) });
  const labels = async (files: string[], changes: Partial<Report> = {}) =>
    (await afterAnalysis(beside(...files), '/w/run/a.keras', aReport(changes)))
      .flatMap(({ actions }) => actions)
      .map(({ label }) => label);
  assert.deepEqual(await labels(['/w/run/a.keras']), ['Draw the Landscape…']);
  assert.deepEqual(await labels(['/w/run/a.keras', '/w/run/b.keras']), [
    'Draw the Landscape…',
    'Compare the 2 of This Folder',
  ]);
  assert.deepEqual(await labels(['/w/run/a.keras'], { status: 'cancelled' }), []);
  const [plain] = await afterAnalysis(beside(), '/w/run/a.keras', aReport());
  assert.match(plain.text, /landscape is not drawn/);
  const { pictures, levels } = sampleSurface();
  const picture = { picture: pictures[0], levels };
  const [drawn] = await afterAnalysis(beside(), '/w/run/a.keras', aReport({ picture }));
  assert.equal(drawn.text, 'What now?');
});

test('a large gradient says that training is not over, and goes on with a run of ours', () => {
  const folder = temporaryFolder();
  const checkpoint = path.join(folder, 'checkpoints', 'epoch-3.keras');
  // The loss of the report is 0.0123; λ₁ is 2.887.
  const promising = (value: number, standardError: number | null = null) =>
    aReport({
      gradientNorm: { value: 0.004, standardError: null, overRows: { value: 0.004, standardError } },
      gradientPromise: { value, end: 'settled', products: 12 },
    });
  assert.equal(trainOn(checkpoint, promising(0.0012)), undefined);
  const offer = trainOn(checkpoint, promising(0.00246));
  assert.match(offer?.text ?? '', /^Training is not over: the gradient still promises 20 % of the loss/);
  assert.deepEqual(offer?.actions, []);
  writeFileSync(path.join(folder, 'history.json'), '{}');
  assert.deepEqual(trainOn(checkpoint, promising(0.00246))?.actions, [
    { id: 'train-on', label: 'Go On Training…' },
  ]);
  assert.match(trainOn(checkpoint, promising(0.02))?.text ?? '', /more than the whole loss/);
  // So short a gradient may be nothing but what few rows add.
  assert.equal(trainOn(checkpoint, promising(0.00246, 0.004)), undefined);
  assert.equal(trainOn(checkpoint, { ...promising(0.00246), status: 'cancelled' }), undefined);
});

test('settings open where they are changed: at a key of landscape.json, else those of the editor', async () => {
  const folder = temporaryFolder();
  const checkpoint = path.join(folder, 'x.keras');
  const file = path.join(folder, 'landscape.json');
  writeFileSync(file, '{\n  "data": "d.npz",\n  "top": 3\n}\n');
  await openSettings(checkpoint);
  assert.deepEqual(fake.opened, [{ file, line: 2 }]);
  rmSync(file);
  await openSettings(checkpoint);
  assert.equal(fake.executed[0]?.command, 'workbench.action.openSettings');
});

test('a run of training that has ended leads to its checkpoints', async () => {
  const history = aHistory('/w/run');
  const epochs = [0, 1, 2].map((epoch) => ({
    ...history.epochs[0],
    epoch,
    checkpoint: `epoch-${epoch}.keras`,
  }));
  const found = { ...history, status: 'complete' as const, epochs };
  const ids = afterDocument(found)
    .flatMap(({ actions }) => actions)
    .map(({ id }) => id);
  assert.deepEqual(ids, ['analyze-last', 'compare-run', 'draw-path']);
  assert.deepEqual(afterDocument({ ...found, status: 'running' }), []);
  assert.deepEqual(afterDocument({ ...found, epochs: [] }), []);

  const asked = { request: { method: 'train', params: { out: '/w/run' } }, title: 'run' } as never;
  const services = { queue: { latest: () => ({ asked, found }) }, context: {} } as never;
  const subject = documentSubject(services, asked);
  for (const id of ids) await subject.handle({ type: 'accept', id });
  const [first, second, third] = fake.executed;
  assert.deepEqual(first, {
    command: 'landscape.analyze',
    args: [{ checkpoint: path.resolve('/w/run/epoch-2.keras') }],
  });
  assert.deepEqual(
    [second, third].map(({ command, args }) => [command, String(args[0])]),
    [
      ['landscape.compare', 'file:/w/run'],
      ['landscape.path', 'file:/w/run'],
    ],
  );
});

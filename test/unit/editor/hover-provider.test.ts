import assert from 'node:assert/strict';
import path from 'node:path';
import { beforeEach, test } from 'node:test';
import { resetFake } from './fake-vscode';
import * as vscode from 'vscode';
import { CheckpointHover } from '../../../src/editor/hover/hover-provider';
import { SuffixIndex } from '../../../src/editor/hover/resolve';
import { aReport } from './a-report';

beforeEach(resetFake);

const files = Array.from({ length: 40 }, (_, epoch) => `/w/epoch-${String(epoch).padStart(3, '0')}.keras`);

/** A hover over a pattern in a folder of checkpoints, each of which takes `milliseconds` of the test's clock to read. */
async function hoverWhenReadingTakes(milliseconds: number, clock: { now: number }): Promise<string> {
  const services = {
    checkpoints: { all: () => Promise.resolve(files) },
    store: {
      latest: (checkpoint: string) => {
        clock.now += milliseconds;
        return Promise.resolve({ report: aReport(), path: checkpoint, request: undefined });
      },
    },
  };
  const text = 'saver = Saver("epoch-{epoch:03d}.keras")';
  const document = {
    languageId: 'python',
    uri: vscode.Uri.file('/w/train.py'),
    getText: () => text,
    offsetAt: (at: number) => at,
    positionAt: (at: number) => at,
  };
  const hover = await new CheckpointHover(services as never).provideHover(
    document as never,
    text.indexOf('epoch') as never,
  );
  return (hover?.contents as unknown as { value: string }).value;
}

const rows = (text: string): number => text.match(/Open panel/g)?.length ?? 0;

test('of many checkpoints a hover reads as many as there is time for, with the next one counted in', async (t) => {
  const clock = { now: 1000 };
  t.mock.method(performance, 'now', () => clock.now);
  assert.equal(rows(await hoverWhenReadingTakes(1, clock)), 8);
  const slow = await hoverWhenReadingTakes(12, clock);
  assert.match(slow, /40 checkpoints/);
  assert.equal(rows(slow), 2, 'a third one would end after 36 of 30 milliseconds');
  assert.match(slow, /epoch-039\.keras/);
});

test('the files of each folder, in order', () => {
  const index = new SuffixIndex();
  for (const file of [...files].reverse()) index.add(file);
  index.add('/w/other/a.keras');
  const folders = index.byFolder((file) => !file.includes('003'));
  assert.deepEqual(
    folders.get('/w'),
    files.filter((file) => !file.includes('003')),
  );
  assert.deepEqual(folders.get(path.join('/w', 'other')), ['/w/other/a.keras']);
});

import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { resetFake } from './fake-vscode';
import * as vscode from 'vscode';
import { showContents } from '../../../src/editor/commands/show-contents';
import type { ShowRequest, ShownContents } from '../../../src/contract/contents';
import { UserError } from '../../../src/core/errors';

beforeEach(resetFake);

const engine = (asked: ShowRequest[]) => ({
  request: (_: string, request: ShowRequest): Promise<ShownContents> => {
    asked.push(request);
    const files = request.files.map((path) => ({
      ...{
        path,
        kind: 'Keras',
        bytes: 10,
        parameters: 0,
        tensors: [],
        provenance: [],
        notes: [],
        weightsAlone: false,
      },
    }));
    return Promise.resolve({ files, differences: [] });
  },
});

test('the files that are selected are told in one document', async () => {
  const asked: ShowRequest[] = [];
  const shown: [title: string, text: string][] = [];
  const documents = { show: (...given: [string, string]) => Promise.resolve(void shown.push(given)) };
  const files = ['/w/a.keras', '/w/b.keras'].map((path) => vscode.Uri.file(path));
  await showContents({ engine: engine(asked) } as never, documents, [files[0], files]);
  assert.deepEqual(asked, [{ files: ['/w/a.keras', '/w/b.keras'] }]);
  assert.deepEqual(shown[0]?.[0], 'a.keras +1 (contents).txt');
  assert.match(shown[0][1], /\/w\/b\.keras\nKeras/);
});

test('without a file it says what to do', async () => {
  const documents = { show: () => Promise.resolve() };
  await assert.rejects(showContents({ engine: engine([]) } as never, documents, []), UserError);
});

import { fake, resetFake } from './fake-vscode';
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, test } from 'node:test';
import * as vscode from 'vscode';
import { watch } from '../../../src/editor/commands/watch';
import { folderOf } from '../../../src/editor/documents/document-request';
import type { DocumentAsked } from '../../../src/editor/jobs/job';
import { RemediableError } from '../../../src/editor/show-error';
import { UserError } from '../../../src/core/errors';
import { corpus, temporaryFolder } from '../../support/corpus';

beforeEach(resetFake);

/** A workspace with a run in it, and what is begun there. */
function workplace(files: readonly string[], known: { readonly model?: string } = {}) {
  const root = temporaryFolder();
  fake.folders = [root];
  for (const file of files) {
    mkdirSync(join(root, file, '..'), { recursive: true });
    copyFileSync(corpus('torch/weights/plain.pt'), join(root, file));
  }
  const begun: DocumentAsked[] = [];
  const explicit = { data: '/d.npz', ...known };
  const services = {
    context: { globalStorageUri: { fsPath: '/kept' } },
    checkpoints: { all: () => Promise.resolve(files.map((file) => join(root, file))) },
    requests: {
      current: () => Promise.resolve(explicit),
      standing: () => Promise.resolve({ explicit }),
    },
    summaries: { of: () => Promise.resolve({ refusal: 'its network is elsewhere' }) },
    panels: { show: () => undefined },
    queue: { add: (asked: DocumentAsked) => begun.push(asked) },
  };
  return { root, begun, run: (...args: unknown[]) => watch(services as never, args) };
}

const whereOf = ({ request }: DocumentAsked) => (request.method === 'watch' ? request.params.where : '');

test('a run is watched by a pattern, from the root of the workspace', async () => {
  const { root, begun, run } = workplace(['runs/a/epoch-1.pt'], { model: '/net.pt2' });
  fake.pick = () => 'A Pattern';
  fake.input = ({ validateInput }) => {
    assert.match(validateInput?.('runs/a') ?? '', /A pattern has a \*/);
    assert.equal(validateInput?.('runs/*/epoch-*.pt'), undefined);
    return 'runs/*/epoch-*.pt';
  };
  await run();
  const [asked] = begun;
  assert.equal(whereOf(asked), join(root, 'runs/*/epoch-*.pt'));
  // Its files are named from the folder above the first wildcard.
  assert.equal(folderOf(asked.request), join(root, 'runs'));
  assert.equal(asked.request.method === 'watch' && asked.request.params.settings.model, '/net.pt2');
});

test('a folder is watched though its name reads as a pattern, and what is neither is a mistake', async () => {
  const { root, begun, run } = workplace(['run [1]/epoch-1.pt'], { model: '/net.pt2' });
  await run(vscode.Uri.file(join(root, 'run [1]')));
  assert.equal(folderOf(begun[0].request), join(root, 'run [1]'));
  await assert.rejects(run(vscode.Uri.file(join(root, 'never'))), UserError);
});

test('weights whose network is in the code get it before the first is measured', async () => {
  const { root, begun, run } = workplace(['runs/epoch-1.pt', 'runs/epoch-2.pt']);
  writeFileSync(join(root, 'model.py'), 'import torch.nn as nn\nclass Net(nn.Module):\n    pass\n');
  await assert.rejects(
    run(vscode.Uri.file(join(root, 'runs'))),
    (error) => error instanceof RemediableError && /the network is in your code/.test(error.message),
  );
  assert.deepEqual(begun, []);
});

import { fake, resetFake } from './fake-vscode';
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import * as vscode from 'vscode';
import type { DocumentAsked } from '../../../src/editor/jobs/job';
import { drawPath, surface } from '../../../src/editor/commands/surface';
import { UserError } from '../../../src/core/errors';
import { analyzeRequest } from '../../../src/settings/merge';

beforeEach(resetFake);

const FOLDERS = new Map(
  ['a', 'b', 'short'].map((run) => [
    `/w/${run}`,
    (run === 'short' ? [1, 2] : [1, 2, 3]).map((epoch) => `/w/${run}/epoch-${epoch}.keras`),
  ]),
);

/** A workspace with these runs, and what is begun in it. */
function workplace() {
  const begun: DocumentAsked[] = [];
  const services = {
    context: { globalStorageUri: { fsPath: '/kept' } },
    checkpoints: { byFolder: () => Promise.resolve(FOLDERS) },
    requests: { make: (file: string) => Promise.resolve(analyzeRequest(file, { data: '/d.npz' })) },
    panels: { active: undefined, show: () => undefined },
    // Nothing is known of other places, so that it is done here without a question.
    engine: { request: () => Promise.resolve(undefined) },
    queue: { latest: () => undefined, add: (asked: DocumentAsked) => begun.push(asked) },
  };
  return { services: services as never, begun };
}

const choicesOf = ({ request, title }: DocumentAsked) => {
  assert.equal(request.method, 'surface');
  const { plane, centre, along } = request.params.choices;
  return { plane, centre, along, title, files: request.params.checkpoints.length };
};

test('the path of a folder is drawn around the last checkpoint or around the mean, as is said', async () => {
  const { services, begun } = workplace();
  const folder = vscode.Uri.file('/w/a');
  for (const row of ['Around the last', 'Around the mean', 'Around the mean of all checkpoints, with']) {
    fake.pick = () => row;
    await drawPath(services, [folder]);
  }
  assert.deepEqual(begun.map(choicesOf), [
    { plane: 'path', centre: 'last', along: 'gradient', title: 'The path of a', files: 3 },
    { plane: 'path', centre: 'mean', along: 'gradient', title: 'The path of a, around the mean', files: 3 },
    { plane: 'path', centre: 'mean', along: 'curvature', title: 'The path of a, around the mean', files: 3 },
  ]);
});

test('several folders share a plane, and the landscape asks the same of a path', async () => {
  const { services, begun } = workplace();
  const [a, b] = ['/w/a', '/w/b'].map((folder) => vscode.Uri.file(folder));
  fake.pick = ({ title }) => (title?.includes('plane') ? 'The path of a run' : 'Around the mean');
  await surface(services, [b, [a, b]]);
  assert.deepEqual(choicesOf(begun[0]), {
    ...{ plane: 'path', centre: 'mean', along: 'gradient', files: 6 },
    title: 'The paths of 2 runs, around the mean',
  });
});

test('two checkpoints have no path', async () => {
  const { services, begun } = workplace();
  await assert.rejects(
    drawPath(services, [vscode.Uri.file('/w/short')]),
    (error) => error instanceof UserError && /at least three checkpoints/.test(error.message),
  );
  assert.deepEqual([begun, fake.offered], [[], []]);
});

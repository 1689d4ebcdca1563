import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { findSettings, nearestSettings } from '../../../src/settings/find';
import { parseSettings, readSettings } from '../../../src/settings/read';
import { UserError } from '../../../src/core/errors';
import { temporaryFolder } from './temporary-folder';

test('the nearest file up the folders applies, its paths made absolute', async () => {
  const root = temporaryFolder();
  const run = path.join(root, 'runs', 'a');
  await mkdir(run, { recursive: true });
  await writeFile(
    path.join(root, 'landscape.json'),
    '{\n  // scaled as in training\n  "data": "data/mnist.npz",\n  "input": { "scale": 0.5 },\n}\n',
  );
  const far = await findSettings(path.join(run, 'x.keras'));
  assert.deepEqual(far, {
    path: path.join(root, 'landscape.json'),
    settings: { data: path.join(root, 'data', 'mnist.npz'), input: { scale: 0.5 } },
  });
  await writeFile(path.join(run, 'landscape.json'), '{ "data": "../near.npz" }');
  const near = await findSettings(path.join(run, 'x.keras'));
  assert.equal(near?.settings.data, path.join(root, 'runs', 'near.npz'));
  assert.equal(near?.settings.input, undefined);
});

test('a folder of that name is no settings file', async () => {
  const root = temporaryFolder();
  await mkdir(path.join(root, 'landscape.json'));
  assert.notEqual(await nearestSettings(root), path.join(root, 'landscape.json'));
});

const mistakes: readonly (readonly [string, string, RegExp])[] = [
  [
    'an unknown key',
    '{ "epochz": 3 }',
    /^F is not right: "epochz" is no setting \(known: data, .*top.*\)\.$/,
  ],
  ['an unknown key within', '{ "input": { "scal": 1 } }', /^F is not right: "input\.scal" is no setting\.$/],
  ['a wrong type', '{ "top": "five" }', /^F is not right: "top": .*number.*\.$/],
  ['several at once', '{ "top": 0, "backend": "gpu" }', /"top": .*; "backend": /],
  [
    'broken JSON',
    '{\n "top": 5\n "seed": 1 }',
    /^F is not valid JSON: line 2: comma expected\.$|^F is not valid JSON: line 3: comma expected\.$/,
  ],
  ['nothing', '', /^F is not valid JSON: line 1: /],
  ['a list', '[]', /^F is not right: .*object.*\.$/],
  ['a key given twice', '{ "top": 5, "top": 6 }', /^F gives "top" twice\./],
];
for (const [what, text, expected] of mistakes) {
  test(`${what} is one clear sentence`, () => {
    assert.throws(
      () => parseSettings(text, 'F'),
      (error: unknown) => {
        assert.ok(error instanceof UserError);
        assert.match(error.message, expected);
        return true;
      },
    );
  });
}

test('an unreadable file is named', async () => {
  await assert.rejects(
    readSettings('/nowhere/landscape.json'),
    /^UserError: There is no file \/nowhere\/landscape\.json/,
  );
});

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Panel } from '../harness/panel';
import { commandTitle } from '../harness/paths';
import { until } from '../harness/processes';
import { session } from '../harness/runner';

session('first use', {}, (test) => {
  test('the context menu of a checkpoint offers the analysis, that of other files does not', async (editor) => {
    assert.ok(
      (await editor.menuLabels(['models/mlp-digits.keras'])).includes(commandTitle('landscape.analyze')),
    );
    assert.ok(!(await editor.menuLabels(['train.py'])).includes(commandTitle('landscape.analyze')));
  });

  test('a quick pick asks for the data and landscape.json remembers it', async (editor) => {
    await editor.chooseFromMenu(['models/mlp-digits.keras'], commandTitle('landscape.analyze'));
    const rows = await editor.pickRows();
    assert.ok(
      rows.some((row) => row.includes('digits.npz')),
      `the data file is offered: ${rows.join(' | ')}`,
    );
    await editor.pick('digits.npz');
    // What was read of it is shown before anything is computed: its first rows, and how often each label occurs.
    await editor.pick('Use these data');
    // The deepest folder that holds both models/ and data/.
    const file = path.join(editor.server.workspace, 'landscape.json');
    await until('landscape.json is written', () => existsSync(file));
    const settings = JSON.parse(readFileSync(file, 'utf8')) as { data: string };
    assert.equal(path.posix.normalize(settings.data), 'data/digits.npz');
  });

  test('the panel opens beside and shows a result', async (editor) => {
    const panel = await Panel.appears(editor);
    await panel.becomes('complete', 50_000);
    assert.ok((await panel.value('largest-eigenvalue')) > 0);
    assert.ok((await panel.value('trace')) > 0);
    assert.notEqual(await panel.text('headline'), '');
  });

  test('nothing of ours reports an error', async (editor) => {
    assert.deepEqual(editor.problems.list(), []);
  });
});

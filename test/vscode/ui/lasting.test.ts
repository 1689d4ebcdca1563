import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { aHistory } from '../../unit/editor/a-history';
import { Panel } from '../harness/panel';
import { commandTitle, repository } from '../harness/paths';
import { session } from '../harness/runner';

session('what lasts', {}, (test) => {
  test('files chosen quickly stay chosen while the editor of the first one opens', async (editor) => {
    const { page } = editor;
    const rows = [];
    for (const file of ['measured/mlp-digits.keras', 'measured/mlp-digits-rescaled.keras', 'train.py'])
      rows.push(await editor.row(file));
    for (const [index, row] of rows.entries())
      await row.click({ modifiers: index === 0 ? [] : ['ControlOrMeta'] });
    await page.locator('iframe.webview.ready').first().waitFor();
    await page.waitForTimeout(1000);
    assert.equal(await page.locator('.explorer-folders-view .monaco-list-row.selected').count(), 3);
  });

  test('a file of PyTorch says how to go on, with its reason whole', async (editor) => {
    const weights = path.join(repository, 'test/corpus/torch/weights/plain.pt');
    copyFileSync(weights, path.join(editor.server.workspace, 'network.pt'));
    await editor.chooseFromMenu(['network.pt'], commandTitle('landscape.analyzePytorch'));
    const toast = editor.page
      .locator('.notification-toast')
      .filter({ hasText: 'then right-click the model.pt2' });
    await toast.getByText('Copy the Lines That Save It').waitFor();
  });

  test('a program of PyTorch is analyzed as any checkpoint is', async (editor) => {
    const folder = path.join(editor.server.workspace, 'torch');
    mkdirSync(folder);
    for (const name of ['mlp.pt2', 'mlp.npz'])
      copyFileSync(path.join(repository, 'test/corpus/torch/export', name), path.join(folder, name));
    writeFileSync(path.join(folder, 'landscape.json'), '{ "data": "mlp.npz" }');
    await editor.chooseFromMenu(['torch/mlp.pt2'], commandTitle('landscape.analyze'));
    const panel = await Panel.appears(editor, { title: 'mlp', milliseconds: 60_000 });
    await panel.becomes('complete', 60_000);
    // The reference of the corpus, by PyTorch in float64; shown to three digits at least.
    assert.ok(Math.abs((await panel.value('largest-eigenvalue')) - 1.07478) < 0.006);
  }, 150_000);

  test('after a reload the view lists the runs that are on disk', async (editor) => {
    const folder = path.join(editor.server.workspace, 'earlier');
    mkdirSync(folder);
    writeFileSync(
      path.join(folder, 'history.json'),
      JSON.stringify(aHistory(folder, { name: 'an earlier run' })),
    );
    copyFileSync(
      path.join(editor.server.workspace, 'measured/mlp-digits.keras'),
      path.join(folder, 'model.keras'),
    );
    await editor.reload();
    await editor.page.locator('.pane-header').filter({ hasText: 'Landscape' }).click();
    const row = editor.page.locator('.pane-body .monaco-list-row').filter({ hasText: 'an earlier run' });
    await row.waitFor({ timeout: 30_000 });
    await editor.screenshot('view');
    await row.click();
    await editor.webview('[data-testid="document-status"]');
  });

  test('nothing of ours reports an error', async (editor) => {
    assert.deepEqual(editor.problems.list(), []);
  });
});

import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { aHistory } from '../../unit/editor/a-history';
import { inAllThemes } from '../harness/looks';
import { Panel, workHasStopped } from '../harness/panel';
import { commandTitle, repository } from '../harness/paths';
import { engineProcesses } from '../harness/processes';
import { session } from '../harness/runner';
import { measured, network, writeSlowly } from '../harness/watched-run';

/** The title of its panel. */
const watched = 'Run in watched';

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
    await editor.runCommand('Landscape: Focus on Runs and Reports View');
    const row = editor.page.locator('.pane-body .monaco-list-row').filter({ hasText: 'an earlier run' });
    await row.waitFor({ timeout: 30_000 });
    await editor.screenshot('view');
    await row.click();
    await editor.webview('[data-testid="document-status"]');
    // The tests that follow choose files there.
    await editor.runCommand('View: Show Explorer');
  });

  test('checkpoints that are written slowly join the chart of a run, none half and none missed', async (editor) => {
    const folder = path.join(editor.server.workspace, 'watched');
    mkdirSync(folder);
    writeFileSync(
      path.join(folder, 'landscape.json'),
      '{ "data": "../data/digits.npz", "learningRate": 0.5 }',
    );
    copyFileSync(network('mlp-digits'), path.join(folder, 'epoch-1.keras'));
    await editor.chooseFromMenu(['watched'], commandTitle('landscape.watch'));
    const panel = await Panel.ofDocument(editor, watched);
    await writeSlowly(network('cnn-digits'), path.join(folder, 'epoch-2.keras'));
    await writeSlowly(network('mlp-digits-rescaled'), path.join(folder, 'epoch-3.keras'));
    await measured(panel, 3);
    assert.match(await panel.text('watch-events'), /epoch-[23]\.keras: λ₁ has passed 4, /);
    const plot = panel.frame.getByRole('slider', { name: /^Largest eigenvalue and critical sharpness/ });
    await plot.focus();
    await editor.page.keyboard.press('ArrowRight');
    assert.match((await plot.getAttribute('aria-valuetext')) ?? '', /^λ₁, epoch \d: [\d.]+ ± /);
    await inAllThemes(editor, panel, 'watch');
    await editor.screenshot('watch-whole', { width: 1280, height: 2000 });
  }, 150_000);

  test('a reload and a killed engine lose nothing of it', async (editor) => {
    const folder = path.join(editor.server.workspace, 'watched');
    copyFileSync(network('rnn-digits'), path.join(folder, 'epoch-4.keras'));
    await editor.reload();
    const panel = await Panel.ofDocument(editor, watched, 60_000);
    await panel.becomes('running', 30_000);
    await measured(panel, 4);
    for (const { pid } of engineProcesses(editor.server.session).engines) process.kill(pid, 'SIGKILL');
    await panel.becomes('failed', 30_000);
    assert.match(await panel.said(), /What is finished is kept: press Go on/);
    copyFileSync(network('gru-digits'), path.join(folder, 'epoch-5.keras'));
    await panel.press('document-resume');
    await measured(panel, 5);
    await panel.press('document-cancel');
    await panel.becomes('cancelled');
    await workHasStopped(editor.server.session);
    assert.equal(await panel.text('document-status'), 'Stopped');
  }, 150_000);

  test('nothing of ours reports an error', async (editor) => {
    assert.deepEqual(editor.problems.list(), []);
  });
});

import assert from 'node:assert/strict';
import { cpSync, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { PNG } from 'pngjs';
import { inAllThemes, inNarrowColumn } from '../harness/looks';
import { Panel, workHasStopped } from '../harness/panel';
import { commandTitle } from '../harness/paths';
import { until } from '../harness/processes';
import { session } from '../harness/runner';
import type { Workbench } from '../harness/workbench';

/** Of the first 512 rows, in float64 by another program (test/corpus holds the reference). */
const largest = { saved: 2.89197, rescaled: 45.899 };
const files = ['measured/mlp-digits.keras', 'measured/mlp-digits-rescaled.keras'];
const members = 'Checkpoints, their outcomes and measures';

const palette = (editor: Workbench, command: string) =>
  editor.runCommand(`Landscape: ${commandTitle(command)}`);

/** What the tests look at, and no more. */
const brief = { 'landscape.operators': false, 'landscape.layers': 'off' };

session('comparison', brief, (test) => {
  test('two selected checkpoints stand side by side with every measure', async (editor) => {
    await editor.openFile('train.py');
    await editor.chooseFromMenu(files, commandTitle('landscape.compare'));
    const panel = await Panel.ofDocument(editor, 'measured');
    await panel.becomes('complete', 100_000);
    const [saved, rescaled] = await panel.row(members, 'λ₁');
    assert.ok(Math.abs(saved - largest.saved) < 0.006, `${saved}`);
    assert.ok(Math.abs(rescaled - largest.rescaled) < 0.06, `${rescaled}`);
    const [one, other] = await panel.row(members, 'test accuracy');
    assert.equal(one, other);
    await inAllThemes(editor, panel, 'comparison');
    await editor.screenshot('comparison-wide', { width: 1920, height: 1200 });
    await inNarrowColumn(editor, panel, 'comparison');
  }, 150_000);

  test('a rescaled checkpoint: what moved, what stayed, and what moves only neuron by neuron', async (editor) => {
    await editor.chooseFromMenu([files[0]], commandTitle('landscape.rescale'));
    const panel = await Panel.ofDocument(editor, 'rescaled by 5');
    await panel.becomes('complete', 100_000);
    // There is more to unfold only where the findings are long.
    if (await panel.has('more-findings')) await panel.press('more-findings');
    const said = await panel.text('findings');
    assert.match(said, /The function is the same: over 512 training rows/);
    assert.match(said, /Moved, though the function is the same: .*λ₁ from 2\.89 to 45\.9/);
    assert.match(said, /Stayed to 10⁻⁵ of their value: .*relative flatness.*Fisher-Rao norm/);
    const blocks = await panel.frame
      .getByRole('table', { name: members })
      .getByRole('rowheader')
      .allInnerTexts();
    const after = (heading: string) => blocks[blocks.indexOf(heading) + 1];
    assert.equal(after('Measures that move only when neurons are rescaled one by one'), 'relative flatness');
    const picture = panel.frame.getByRole('slider', { name: /^value over value as saved/ });
    assert.match((await picture.getAttribute('aria-label')) ?? '', /\d+ of \d+ moved/);
    await picture.press('ArrowRight');
    await until('the cursor reads a measure', async () => {
      return / as saved | rescaled by 5 /.test((await picture.getAttribute('aria-valuetext')) ?? '');
    });
    await inAllThemes(editor, panel, 'rescaled');
  }, 120_000);

  test('the landscape around a checkpoint is drawn over the plane that is picked', async (editor) => {
    await editor.chooseFromMenu([files[0]], commandTitle('landscape.surface'));
    await editor.pick('The two sharpest directions');
    const panel = await Panel.ofDocument(editor, 'Landscape of mlp-digits.keras');
    await panel.becomes('complete', 100_000);
    assert.match(await panel.text('surface-findings'), /Drawn from [\d,]+ evaluations of 16,641 nodes/);
    await inAllThemes(editor, panel, 'landscape');
    await panel.frame.getByRole('combobox', { name: 'Draw' }).click();
    await panel.frame.getByRole('option', { name: 'As a surface' }).click();
    const surface = panel.frame.getByRole('img', { name: /^Surface of the training loss over v1 and v2/ });
    await until('the surface is drawn', async () => colorsIn(await surface.screenshot()) > 500, 20_000);
    const before = await surface.screenshot();
    await surface.press('ArrowRight');
    await until('it turns', async () => !before.equals(await surface.screenshot()), 20_000);
    await inAllThemes(editor, panel, 'landscape-surface');
  }, 120_000);

  test('pictures are drawn by processes of their own, whose tasks the view lists', async (editor) => {
    await editor.runCommand('View: Close All Editors');
    await editor.server.set({ 'landscape.on': 'local:2' });
    await editor.chooseFromMenu(files, commandTitle('landscape.surface'));
    await editor.pick('The two sharpest directions');
    await editor.runCommand('Landscape: Focus on Runs and Reports View');
    const row = (text: string) =>
      editor.page.locator('.pane-body .monaco-list-row').filter({ hasText: text });
    await row('the picture of mlp-digits-rescaled').waitFor({ timeout: 60_000 });
    await editor.screenshot('tasks');
    const panel = await Panel.ofDocument(editor, 'Landscape of 2 checkpoints', 60_000);
    await panel.becomes('complete', 60_000);
    assert.match(await panel.text('surface-findings'), /Drawn from [\d,]+ evaluations of 16,641 nodes/);
    await row('the picture of mlp-digits').first().waitFor({ state: 'detached' });
    await editor.server.set({ 'landscape.on': 'ask' });
    await editor.runCommand('View: Show Explorer');
  }, 150_000);

  test('nothing of ours reports an error', async (editor) => {
    assert.deepEqual(editor.problems.list(), []);
  });
});

/** How many colours a picture has. */
function colorsIn(png: Buffer): number {
  const { data } = PNG.sync.read(png);
  return new Set(new Uint32Array(data.buffer, data.byteOffset, data.length / 4)).size;
}

/** Epoch and training loss in the newest row of the table of epochs, which stands first. */
async function newest(panel: Panel): Promise<{ epoch: number; loss: number }> {
  const row = panel.frame.getByRole('table', { name: 'Epochs' }).getByRole('row').nth(1);
  const cells = await row.getByRole('cell').allInnerTexts();
  return { epoch: Number(cells[0]), loss: Number(cells[2]) };
}

session('training', brief, (test) => {
  let seen = { epoch: 0, loss: Infinity };
  const advances = (panel: Panel) =>
    until(
      'epochs come in and the loss falls',
      async () => {
        const now = await newest(panel);
        const falls = now.epoch > seen.epoch + 2 && now.loss < seen.loss;
        if (falls) seen = now;
        return falls;
      },
      30_000,
    );

  test('the loss falls while it trains, and Cancel stops it', async (editor) => {
    await editor.openFile('training/long.run.json');
    await palette(editor, 'landscape.train');
    const panel = await Panel.ofDocument(editor, 'long');
    await advances(panel);
    await panel.becomes('running');
    await advances(panel);
    await panel.press('document-cancel');
    await panel.becomes('cancelled');
    await workHasStopped(editor.server.session);
    await inAllThemes(editor, panel, 'training');
    await inNarrowColumn(editor, panel, 'training');
  });

  test('it goes on where it stopped, and the palette stops it with its panel closed', async (editor) => {
    const panel = await Panel.ofDocument(editor, 'long');
    await panel.press('document-resume');
    await panel.becomes('running');
    await advances(panel);
    await editor.runCommand('View: Close All Editors');
    await palette(editor, 'landscape.cancel');
    await workHasStopped(editor.server.session);
    await palette(editor, 'landscape.showDocument');
    await (await Panel.ofDocument(editor, 'long')).becomes('cancelled');
  });

  test('a short one completes, with its checkpoints beside it', async (editor) => {
    await editor.chooseFromMenu(['training/quick.run.json'], commandTitle('landscape.train'));
    const panel = await Panel.ofDocument(editor, 'quick');
    await panel.becomes('complete', 30_000);
    assert.equal((await newest(panel)).epoch, 8);
    assert.ok(existsSync(path.join(editor.server.workspace, 'training/quick/history.json')));
  });

  test('its checkpoints in a row show measures over training', async (editor) => {
    await editor.runCommand('View: Close All Editors');
    const epochs = ['000', '004', '008'].map((epoch) => `training/quick/epoch-${epoch}.keras`);
    await editor.chooseFromMenu(epochs, commandTitle('landscape.compare'));
    const panel = await Panel.ofDocument(editor, 'quick');
    await panel.becomes('complete', 50_000);
    const plot = panel.frame.getByRole('region', { name: 'Measure over training' });
    await plot.scrollIntoViewIfNeeded();
    assert.equal(await plot.locator('circle').count(), epochs.length);
    await editor.screenshot('over-training', { width: 1280, height: 2400 });
  });

  test('the path of a run is drawn around its mean, and those of two folders in one plane', async (editor) => {
    await editor.runCommand('View: Close All Editors');
    await editor.chooseFromMenu(['training/quick'], commandTitle('landscape.path'));
    await editor.pick('Around the mean of all checkpoints');
    const panel = await Panel.ofDocument(editor, 'The path of quick, around the mean');
    await panel.becomes('complete', 50_000);
    assert.match(await panel.said(), /SWA/);
    assert.match(await panel.said(), /diamonds: means of the last 2 checkpoints/);
    await inAllThemes(editor, panel, 'path');
    await editor.screenshot('path-whole', { width: 1280, height: 2400 });
    const [from, to] = ['quick', 'again'].map((name) => path.join(editor.server.workspace, 'training', name));
    // As a whole: the editor tells of the folder alone.
    cpSync(from, to, { recursive: true });
    await editor.chooseFromMenu(['training/quick', 'training/again'], commandTitle('landscape.path'));
    await editor.pick('Around the last checkpoint');
    const both = await Panel.ofDocument(editor, 'The paths of 2 runs');
    await both.becomes('complete', 50_000);
    assert.match(await both.said(), /The paths of (quick and again|again and quick) end in one basin/);
    await editor.screenshot('paths-whole', { width: 1280, height: 2400 });
  }, 100_000);

  test('nothing of ours reports an error', async (editor) => {
    assert.deepEqual(editor.problems.list(), []);
  });
});

session('experiments', {}, (test) => {
  test('an experiment of the workspace ends in a verdict', async (editor) => {
    await editor.chooseFromMenu(['training/rates.experiment.json'], commandTitle('landscape.experiment'));
    const panel = await Panel.ofDocument(editor, 'Rates');
    await panel.becomes('complete', 50_000);
    await panel.frame.getByRole('heading', { name: 'The larger rate learns more.' }).waitFor();
    assert.match(
      await panel.said(),
      /Supported here: The larger rate learns more\.\n+.* over 3 seeds; p = 0\.\d+\./i,
    );
    await inAllThemes(editor, panel, 'experiment');
  });

  test('the palette offers the claims that come with the extension, and copies one to run it', async (editor) => {
    await editor.runCommand('View: Close All Editors');
    await palette(editor, 'landscape.experiment');
    const rows = await editor.pickRows();
    assert.ok(
      rows.some((row) => row.includes('Bias and variance')),
      rows.join(' | '),
    );
    await editor.screenshot('experiments');
    await editor.filterPick('Small against large');
    await editor.pick('Small against large batches');
    const panel = await Panel.ofDocument(editor, 'Small against large batches');
    await panel.becomes('running');
    const folder = path.join(editor.server.workspace, 'experiments');
    await until('its runs are in the workspace', () => existsSync(path.join(folder, 'batch-size')), 30_000);
    const file = path.join(folder, 'batch-size.experiment.json');
    const { run } = JSON.parse(readFileSync(file, 'utf8')) as { run: { data: string } };
    assert.ok(existsSync(path.join(folder, run.data)), run.data);
    await panel.press('document-cancel');
    await panel.becomes('cancelled');
    await workHasStopped(editor.server.session);
  });

  test('nothing of ours reports an error', async (editor) => {
    assert.deepEqual(editor.problems.list(), []);
  });
});

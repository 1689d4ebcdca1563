import assert from 'node:assert/strict';
import { inNarrowColumn, wear } from '../harness/looks';
import { Panel } from '../harness/panel';
import { commandTitle } from '../harness/paths';
import { engineProcesses, until } from '../harness/processes';
import { session } from '../harness/runner';
import { allThemes } from '../harness/workbench';

/** Of the first 512 rows, in float64 by another program (test/corpus holds the reference). */
const largest = 2.89197;
const trace = 15.5346;

session('results', {}, (test) => {
  test('the panel shows the right largest eigenvalue and trace', async (editor) => {
    await editor.openFile('train.py');
    await editor.chooseFromMenu(['measured/mlp-digits.keras'], commandTitle('landscape.analyze'));
    const panel = await Panel.appears(editor);
    await panel.becomes('complete', 50_000);
    // Shown to three digits at least.
    assert.ok(Math.abs((await panel.value('largest-eigenvalue')) - largest) < 0.006);
    assert.ok(Math.abs((await panel.value('trace')) / trace - 1) < 0.08);
  });

  test('the hover over its path in code shows the same', async (editor) => {
    await editor.openFile('train.py');
    const hover = await editor.hover('measured/mlp-digits.keras');
    await until('the hover names the value', async () => /2\.89/.test(await hover.innerText()));
    await editor.screenshot('hover');
    await editor.page.keyboard.press('Escape');
  });

  test('the figures of a layer stand at the line of code that makes it', async (editor) => {
    await editor.openFile('network.py');
    // The editor's spaces do not break.
    const line = editor.page.locator('.view-line').filter({ hasText: 'name="hidden"' }).first();
    await until('the line has figures', async () => /\d\s%/.test(await line.innerText()), 20_000);
    for (const theme of allThemes) {
      await editor.setTheme(theme);
      await editor.screenshot(`lines-${theme}`);
    }
    await editor.setTheme('dark');
    const hover = await editor.hover('name="hidden"');
    await until('the hover has its tensors', async () => /hidden\/kernel/.test(await hover.innerText()));
    await editor.screenshot('lines-hover');
    await hover.locator('a').filter({ hasText: 'Open panel' }).first().click();
    await editor.page.keyboard.press('Escape');
    const { frame } = await Panel.appears(editor);
    await frame.locator('tr[data-row="hidden/kernel"]:focus').waitFor();
    await frame.locator('tr[data-row="logits/kernel"] button.link').click();
    const place = editor.page.locator('.statusbar-item').filter({ hasText: /^Ln 9,/ });
    await place.first().waitFor();
  });

  for (const theme of allThemes) {
    test(`the panel follows the ${theme} theme`, async (editor) => {
      await wear(editor, await Panel.appears(editor), theme);
      await editor.screenshot(`panel-${theme}`);
      await editor.screenshot(`panel-${theme}-wide`, { width: 1920, height: 1200 });
    });
  }

  test('what comes next stands with the figures, and its button leads there', async (editor) => {
    const { frame } = await Panel.appears(editor);
    const offers = frame.locator('[data-testid="offers"]').filter({ hasText: 'What now?' });
    await offers.waitFor();
    await offers.scrollIntoViewIfNeeded();
    for (const theme of allThemes) {
      await editor.setTheme(theme);
      await editor.screenshot(`what-now-${theme}`);
    }
    await offers.getByRole('button', { name: 'Draw the Landscape…' }).click();
    await until('planes are offered', async () => (await editor.pickRows()).length > 1);
    await editor.page.keyboard.press('Escape');
  });

  test('a column of 400 pixels holds the panel', async (editor) => {
    await editor.setTheme('dark');
    await inNarrowColumn(editor, await Panel.appears(editor), 'panel');
  });

  test('the panel survives a reload without a new computation', async (editor) => {
    const before = engineProcesses(editor.server.session).engines.map(({ pid }) => pid);
    await editor.reload();
    await until(
      'the engine of the window before has ended',
      () => engineProcesses(editor.server.session).engines.every(({ pid }) => !before.includes(pid)),
      30_000,
    );
    const panel = await Panel.appears(editor, { milliseconds: 30_000 });
    await panel.becomes('complete', 50_000);
    assert.ok(Math.abs((await panel.value('largest-eigenvalue')) - largest) < 0.006);
    assert.deepEqual(engineProcesses(editor.server.session).lanes, []);
  });

  test("the icon in the panel's title bar runs it again", async (editor) => {
    const panel = await Panel.appears(editor);
    await editor.pressInTitle('mlp-digits.keras', commandTitle('landscape.rerun'));
    await panel.becomes('running');
    await panel.becomes('complete', 50_000);
    assert.deepEqual(await editor.notifications(), []);
  });

  test('a left click opens the checkpoint in its own editor', async (editor) => {
    await editor.runCommand('View: Close All Editors');
    await editor.openFile('measured/mlp-digits.keras');
    // Its layers by the names of the file, its parameters with their shapes.
    const frame = await editor.webview('text=/hidden/');
    assert.match(await frame.locator('body').innerText(), /64\D{1,3}24/);
    await editor.screenshot('custom-editor');
  });

  test('nothing of ours reports an error or breaks the content security policy', async (editor) => {
    assert.deepEqual(editor.problems.list(), []);
  });
});

session('interpolation', {}, (test) => {
  test('two selected checkpoints open one panel that names both', async (editor) => {
    const files = ['measured/mlp-digits.keras', 'measured/mlp-digits-rescaled.keras'];
    await editor.chooseFromMenu(files, commandTitle('landscape.interpolate'));
    const panel = await Panel.appears(editor, { title: 'mlp-digits-rescaled' });
    await panel.becomes('complete', 50_000);
    const text = await panel.said();
    assert.match(text, /mlp-digits(?!-rescaled)/);
    assert.match(text, /mlp-digits-rescaled/);
    await editor.screenshot('interpolation');
  });

  test('swapped, the line begins at the other end', async (editor) => {
    await (await Panel.appears(editor, { title: 'mlp-digits.keras → ' })).press('swap');
    const swapped = await Panel.appears(editor, { title: 'mlp-digits-rescaled.keras → ' });
    await swapped.becomes('complete', 50_000);
  });

  test('nothing of ours reports an error', async (editor) => {
    assert.deepEqual(editor.problems.list(), []);
  });
});

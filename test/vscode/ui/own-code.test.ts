import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Panel } from '../harness/panel';
import { commandTitle, repository } from '../harness/paths';
import { session } from '../harness/runner';

const MODEL = `import torch.nn as nn

class SmallCNN(nn.Module):
    def __init__(self, classes=5, width=8):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, width, 3, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU(inplace=True),
            nn.Conv2d(width, 12, 3, stride=2, padding=1), nn.GELU())
        self.classifier = nn.Linear(12, classes)

    def forward(self, x):
        return self.classifier(self.features(x).mean((2, 3)))

if __name__ == "__main__":
    raise SystemExit("the training ran")
`;

// PyTorch itself where there is one.
const python = process.env.LANDSCAPE_TORCH_PYTHON ?? path.join(repository, 'test/vscode/fake-python.mjs');

session('a network of one’s own code', { 'landscape.pythonPath': python }, (test) => {
  test('its weights open as what is inside, with buttons for what comes next', async (editor) => {
    const { workspace } = editor.server;
    const folder = path.join(workspace, 'torch');
    mkdirSync(folder);
    copyFileSync(path.join(repository, 'test/corpus/torch/weights/plain.pt'), path.join(folder, 'best.pth'));
    copyFileSync(
      path.join(repository, 'test/corpus/torch/weights/cnn-data.npz'),
      path.join(folder, 'rows.npz'),
    );
    writeFileSync(path.join(folder, 'model.py'), MODEL);
    // The explorer's watcher may begin after this.
    await editor.reload();
    await editor.openFile('torch/best.pth');
    const page = await editor.webview('[data-testid="offer-find-model"]');
    const table = await page.getByRole('table', { name: 'Tensors in the file' }).innerText();
    assert.match(table, /features\.0\.weight/);
    assert.match(table, /float32/);
    await editor.screenshot('weights');
    // Nothing is run by it: the data are asked for first.
    await page.getByTestId('offer-find-model').click();
    await editor.pickRows();
    await editor.page.keyboard.press('Escape');
    await editor.openFile('torch/rows.npz');
    await editor.webview('table:has-text("x_train")');
    await editor.runCommand('View: Close All Editors');
  });

  test('is written by the person’s Python after a yes to the command, and analyzed', async (editor) => {
    const { workspace } = editor.server;
    const folder = path.join(workspace, 'torch');
    await editor.chooseFromMenu(['torch/best.pth'], commandTitle('landscape.analyzePytorch'));
    await editor.pick('rows.npz');
    await editor.pick('Use these data');
    const dialog = editor.page.locator('.monaco-dialog-box');
    await dialog.waitFor();
    const said = await dialog.innerText();
    assert.match(said, /Let your Python write the network of best\.pth\?/);
    assert.ok(said.includes(`${python} `));
    assert.match(said, /export_model\.py --model torch\/model\.py:SmallCNN /);
    await editor.screenshot('own-code');
    await dialog.getByRole('button', { name: 'Run It' }).click();
    await editor.page.locator('.terminal-wrapper').first().waitFor();
    const panel = await Panel.appears(editor, { title: 'best', milliseconds: 60_000 });
    await panel.becomes('complete', 60_000);
    // The reference of the corpus, by PyTorch in float64.
    assert.ok(Math.abs((await panel.value('largest-eigenvalue')) - 7.9795) < 0.006);
    const settings = JSON.parse(readFileSync(path.join(folder, 'landscape.json'), 'utf8')) as object;
    assert.deepEqual(settings, { data: 'rows.npz', model: 'best.pt2' });
  }, 180_000);

  test('nothing of ours reports an error', async (editor) => {
    assert.deepEqual(editor.problems.list(), []);
  });
});

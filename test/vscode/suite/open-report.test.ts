import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { aReport } from '../../unit/editor/a-report';
import { until } from '../harness/processes';
import { extension } from './extension';

describe('a report that lies anywhere', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'landscape-report-'));
  before(() => extension.activate());
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    rmSync(folder, { recursive: true });
  });

  it('opens in a panel under its name, and what is none opens none', async () => {
    const [report, other] = ['kept.json', 'other.json'].map((name) => path.join(folder, name));
    assert.ok(report !== undefined && other !== undefined);
    writeFileSync(report, JSON.stringify(aReport()));
    writeFileSync(other, '{}');
    await vscode.commands.executeCommand('landscape.openReport', vscode.Uri.file(other));
    await vscode.commands.executeCommand('landscape.openReport', vscode.Uri.file(report));
    const panels = () =>
      vscode.window.tabGroups.all
        .flatMap(({ tabs }) => tabs)
        .filter(({ input }) => input instanceof vscode.TabInputWebview)
        .map(({ label }) => label);
    await until('the panel opens', () => panels().includes('kept.json'));
    assert.ok(!panels().includes('other.json'));
  });
});

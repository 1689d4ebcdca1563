import * as vscode from 'vscode';
import type { Engine } from '../../engine/client';
import { newRunFile } from './new-run-file';

interface RunFileItem extends vscode.QuickPickItem {
  readonly file?: string;
}

/** The run file in the active editor, one of the workspace's, or a new one. Undefined when dismissed. */
export async function pickRunFile(engine: Engine): Promise<string | undefined> {
  const active = vscode.window.activeTextEditor?.document.uri;
  if (active?.scheme === 'file' && active.fsPath.endsWith('.run.json')) return active.fsPath;
  const found = await vscode.workspace.findFiles('**/*.run.json', '**/node_modules/**', 500);
  if (found.length === 0) return newRunFile(engine);
  const items: RunFileItem[] = [
    ...found
      .map((uri) => ({ label: vscode.workspace.asRelativePath(uri), file: uri.fsPath }))
      .sort((a, b) => a.label.localeCompare(b.label)),
    { label: vscode.l10n.t('New run file…'), iconPath: new vscode.ThemeIcon('add'), alwaysShow: true },
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Train by which run file?'),
  });
  return picked === undefined ? undefined : (picked.file ?? (await newRunFile(engine)));
}

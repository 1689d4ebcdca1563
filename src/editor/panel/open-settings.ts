import path from 'node:path';
import * as vscode from 'vscode';
import { nearestSettings } from '../../settings/find';
import { readPlainText } from '../../files/plain-file';

/** The keys that people change most, in the order in which one of them is shown. */
const KEYS = ['samples', 'top', 'measures', 'layers', 'data'];

/** Opens where the settings that hold for a checkpoint are changed: its `landscape.json` at such a key, else the editor's own. */
export async function openSettings(checkpoint: string): Promise<void> {
  const file = await nearestSettings(path.dirname(checkpoint));
  if (file === undefined) {
    await vscode.commands.executeCommand('workbench.action.openSettings', 'landscape.samples');
    return;
  }
  const text = await readPlainText(file);
  const at = Math.max(0, placeOf(text));
  const line = text.slice(0, at).split('\n').length - 1;
  const start = new vscode.Position(line, at - text.lastIndexOf('\n', at - 1) - 1);
  await vscode.window.showTextDocument(vscode.Uri.file(file), { selection: new vscode.Range(start, start) });
}

/** Where one of the keys stands; below zero where none does. */
const placeOf = (text: string): number =>
  KEYS.map((key) => text.search(new RegExp(`"${key}"\\s*:`))).find((at) => at >= 0) ?? -1;

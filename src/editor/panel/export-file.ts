import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { writeWhole } from '../../settings/atomic-write';
import type { ExportFormat, PanelMessage } from '../../contract/panel-protocol';
import { pageOf } from './page';

type Export = Extract<PanelMessage, { type: 'export' }>;

const LABELS: Readonly<Record<ExportFormat, string>> = {
  png: vscode.l10n.t('PNG picture'),
  svg: vscode.l10n.t('SVG picture'),
  csv: vscode.l10n.t('CSV table'),
  json: vscode.l10n.t('JSON report'),
  html: vscode.l10n.t('HTML page'),
  npz: vscode.l10n.t('NumPy arrays'),
  vti: vscode.l10n.t('VTK image data'),
  obj: vscode.l10n.t('Wavefront mesh'),
  py: vscode.l10n.t('Python'),
};

/** Saves what the webview made where the person says (a webview may download nothing itself). */
export async function exportFile(wish: Export, folder: string, extensionPath: string): Promise<void> {
  // The name comes from a page that shows text of files: it names a file, never a place.
  const name = path.basename(wish.name.replaceAll('\\', '/'));
  const target = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.file(path.join(folder, name)),
    filters: { [LABELS[wish.format]]: [wish.format] },
  });
  if (target === undefined) return;
  const content =
    wish.format === 'html'
      ? Buffer.from(await page(wish.content, extensionPath))
      : Buffer.from(wish.content, wish.encoding);
  if (target.scheme === 'file') await writeWhole(target.fsPath, content);
  else await vscode.workspace.fs.writeFile(target, content);
  // Nothing waits for the answer: the message may stay as long as it likes.
  void offerToOpen(target);
}

/** Says where it is, with a way to look at it. */
async function offerToOpen(file: vscode.Uri): Promise<void> {
  // A page is for a browser; what else is saved the editor shows.
  const isPage = /\.html?$/i.test(file.path);
  const open = isPage ? vscode.l10n.t('Open in Browser') : vscode.l10n.t('Open');
  const saved = vscode.l10n.t('Landscape: saved {0}', path.basename(file.path));
  if ((await vscode.window.showInformationMessage(saved, open)) !== open) return;
  if (isPage) await vscode.env.openExternal(file);
  else await vscode.commands.executeCommand('vscode.open', file);
}

async function page(state: string, extensionPath: string): Promise<string> {
  const built = (name: string) => readFile(path.join(extensionPath, 'dist', 'webview', name), 'utf8');
  return pageOf(state, await built('main.js'), await built('main.css'));
}

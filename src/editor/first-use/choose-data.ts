import { readdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { nearestSettings } from '../../settings/find';
import { readSettings } from '../../settings/read';
import { pathInSettings, placeForSettings, updateSettings } from '../../settings/write';
import { copySaveLines } from './copy-save-lines';
import { rankCandidates } from './data-candidates';

interface DataItem extends vscode.QuickPickItem {
  readonly file?: string;
  readonly action?: 'browse' | 'copy';
}

/**
 * Asks which data a checkpoint was trained on and notes the answer in a `landscape.json`, so that it is asked once.
 * @returns the file chosen, or undefined when dismissed.
 */
export async function chooseData(checkpoint: string): Promise<string | undefined> {
  const workspaceFolder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(checkpoint))?.uri.fsPath;
  const picked = await vscode.window.showQuickPick(items(checkpoint, workspaceFolder), {
    title: vscode.l10n.t('Which data was {0} trained on?', path.basename(checkpoint)),
    placeHolder: vscode.l10n.t(
      'A .npz with x_train, y_train, x_test, y_test. The answer is kept in a landscape.json.',
    ),
    matchOnDescription: true,
    ignoreFocusOut: true,
  });
  if (picked === undefined) return undefined;
  if (picked.action === 'copy') {
    await copySaveLines();
    return undefined;
  }
  const data = picked.action === 'browse' ? await browse(checkpoint) : picked.file;
  if (data === undefined) return undefined;
  const file = await settingsFileFor(checkpoint, data, workspaceFolder);
  await updateSettings(file, { data: pathInSettings(file, data) });
  const noted = vscode.l10n.t('Landscape: noted in {0}', vscode.workspace.asRelativePath(file));
  vscode.window.setStatusBarMessage(noted, 5000);
  return data;
}

/** Picks a data file of the workspace or from anywhere, and keeps no note of it. Undefined when dismissed. */
export async function pickDataFile(folder: string, title: string): Promise<string | undefined> {
  const near = path.join(folder, 'run.json');
  const picked = await vscode.window.showQuickPick(items(near, folder), { title, matchOnDescription: true });
  if (picked?.action === 'copy') await copySaveLines();
  return picked?.action === 'browse' ? browse(near) : picked?.file;
}

async function items(checkpoint: string, workspaceFolder: string | undefined): Promise<DataItem[]> {
  const home = os.homedir();
  const kerasFolder = path.join(home, '.keras', 'datasets');
  const [found, keras, beside] = await Promise.all([
    vscode.workspace.findFiles('**/*.{npz,npy}', '**/{node_modules,.git,.venv,site-packages}/**', 500),
    filesIn(kerasFolder, ['.npz']),
    filesIn(path.dirname(checkpoint), ['.npz', '.npy']),
  ]);
  const files = [...found.map((uri) => uri.fsPath), ...keras, ...beside];
  return [
    ...rankCandidates(checkpoint, files, workspaceFolder, home).map((candidate) => ({
      label: candidate.name,
      description: candidate.where,
      file: candidate.path,
      iconPath: new vscode.ThemeIcon('database'),
    })),
    { label: '', kind: vscode.QuickPickItemKind.Separator },
    { label: vscode.l10n.t('Browse…'), action: 'browse', iconPath: new vscode.ThemeIcon('folder-opened') },
    {
      label: vscode.l10n.t('Copy the lines that save my data'),
      description: vscode.l10n.t('from Keras arrays, a tf.data set or a DataLoader'),
      action: 'copy',
      iconPath: new vscode.ThemeIcon('copy'),
    },
  ];
}

async function filesIn(folder: string, extensions: readonly string[]): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => extensions.includes(path.extname(name).toLowerCase()))
    .map((name) => path.join(folder, name));
}

async function browse(checkpoint: string): Promise<string | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Data of {0}', path.basename(checkpoint)),
    defaultUri: vscode.Uri.file(path.dirname(checkpoint)),
    filters: { [vscode.l10n.t('NumPy arrays')]: ['npz', 'npy'] },
    openLabel: vscode.l10n.t('Use These Data'),
  });
  return chosen?.[0]?.fsPath;
}

/**
 * A new file in the deepest folder that holds both, or the one that governs the checkpoint already. One from farther
 * up that names other data belongs to other checkpoints as well, and stays as it is.
 */
async function settingsFileFor(
  checkpoint: string,
  data: string,
  workspaceFolder: string | undefined,
): Promise<string> {
  const place = placeForSettings(checkpoint, data, workspaceFolder);
  const governing = await nearestSettings(path.dirname(checkpoint));
  if (governing === undefined || !isWithin(governing, workspaceFolder ?? path.dirname(checkpoint)))
    return place;
  const nearer = path.dirname(governing).length < path.dirname(place).length;
  const namesData = (await readSettings(governing)).settings.data !== undefined;
  return nearer && namesData ? place : governing;
}

function isWithin(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return !relative.startsWith('..') && !path.isAbsolute(relative);
}

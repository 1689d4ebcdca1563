import { readdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Engine } from '../../engine/client';
import type { CheckpointSummary } from '../../contract/engine-protocol';
import type { LoaderCode } from '../../python/loaders';
import { copySaveLines } from './copy-save-lines';
import { rankCandidates } from './data-candidates';
import { fitOf } from './fits';

/** A row of the question about data: a file, or something to do. */
export interface DataItem extends vscode.QuickPickItem {
  readonly file?: string;
  readonly action?: 'browse' | 'folder' | 'copy' | 'loader';
}

/** Names of data files; what is in them decides. Tensors and bare numbers are most often something else. */
const LIKELY_DATA =
  '**/{*.npz,*.npy,*.csv,*.tsv,*.parquet,*.jsonl,*.arrow,dataset_dict.json,dataset_info.json,*train-images*ubyte*,data_batch_1,data_batch_1.bin,train.bin}';

/** Files whose headers are read: more are not looked through in a list either. */
const MOST_READ = 100;

/** Data files near a checkpoint, those first whose rows fit its inputs, each with what it holds. */
export async function dataItems(
  engine: Engine,
  checkpoint: string,
  workspaceFolder: string | undefined,
  inputs: CheckpointSummary['inputs'],
): Promise<DataItem[]> {
  const home = os.homedir();
  const kerasFolder = path.join(home, '.keras', 'datasets');
  const [found, keras, beside] = await Promise.all([
    vscode.workspace.findFiles(LIKELY_DATA, '**/{node_modules,.git,.venv,site-packages}/**', 500),
    filesIn(kerasFolder, ['.npz']),
    filesIn(path.dirname(checkpoint), ['.npz', '.npy', '.csv', '.parquet', '.jsonl']),
  ]);
  const files = [...eachOnce(found.map((uri) => uri.fsPath)), ...keras, ...beside];
  const ranked = rankCandidates(checkpoint, files, workspaceFolder, home);
  const asked = ranked.slice(0, MOST_READ).map((candidate) => candidate.path);
  const headers = await engine.request('headers', { files: asked }, { what: 'reading data files' });
  const known = new Map(headers.map((each) => [each.file, fitOf(each, inputs)]));
  // Those that fit, those of which it is not known, those that do not.
  const rank = (file: string) => [true, undefined, false].indexOf(known.get(file)?.fits);
  return [
    ...ranked
      .sort((a, b) => rank(a.path) - rank(b.path))
      .map(({ name, where, path: file }) => ({
        label: name,
        description: [where, ...saying(known.get(file))].join(' · '),
        file,
        iconPath: new vscode.ThemeIcon('database'),
      })),
    { label: '', kind: vscode.QuickPickItemKind.Separator },
    { label: vscode.l10n.t('Browse…'), action: 'browse', iconPath: new vscode.ThemeIcon('folder-opened') },
    {
      label: vscode.l10n.t('Browse for a folder…'),
      description: vscode.l10n.t('of pictures by class, of CIFAR or MNIST, or of Hugging Face'),
      action: 'folder',
      iconPath: new vscode.ThemeIcon('folder-library'),
    },
    {
      label: vscode.l10n.t('Copy the lines that save my data'),
      description: vscode.l10n.t('from Keras arrays, a tf.data set or a DataLoader'),
      action: 'copy',
      iconPath: new vscode.ThemeIcon('copy'),
    },
  ];
}

/** Each of the data once: not the packed copy beside a file, and of what Hugging Face's `datasets` writes the folder alone. */
function eachOnce(files: readonly string[]): string[] {
  const holding = (name: string) =>
    files.filter((file) => path.basename(file) === name).map((file) => path.dirname(file));
  const dictionaries = holding('dataset_dict.json');
  const parts = holding('dataset_info.json');
  const folders = [
    ...dictionaries,
    ...parts.filter((folder) => !dictionaries.includes(path.dirname(folder))),
  ];
  const isInside = (file: string) => [...folders, ...parts].includes(path.dirname(file));
  const isCopy = (file: string) => file.endsWith('.gz') && files.includes(file.slice(0, -'.gz'.length));
  return [...new Set([...files.filter((file) => !isInside(file) && !isCopy(file)), ...folders])];
}

/** The rows, with those that the person's own code gives behind the files. */
export function withLoaders(items: readonly DataItem[], loaders: readonly LoaderCode[]): DataItem[] {
  const end = items.findIndex(({ kind }) => kind === vscode.QuickPickItemKind.Separator);
  const all = [...new Set(loaders.map(({ name }) => name))];
  const named = all.slice(0, 3);
  const own: DataItem = {
    label: vscode.l10n.t('Rows of my own Dataset or DataLoader…'),
    description: [...named, ...(all.length > named.length ? ['…'] : [])].join(', '),
    action: 'loader',
    iconPath: new vscode.ThemeIcon('symbol-function'),
  };
  return [...items.slice(0, end + 1), own, ...items.slice(end + 1)];
}

/** What is said of a file: its rows, and whether they fit. */
function saying(fit: ReturnType<typeof fitOf> | undefined): string[] {
  if (fit === undefined) return [];
  const verdict =
    fit.fits === undefined ? [] : [fit.fits ? vscode.l10n.t('fits') : vscode.l10n.t('does not fit')];
  return [...(fit.text === '' ? [] : [fit.text]), ...verdict];
}

/** Picks a data file of the workspace or from anywhere, and keeps no note of it. Undefined when dismissed. */
export async function pickDataFile(
  engine: Engine,
  folder: string,
  title: string,
): Promise<string | undefined> {
  const near = path.join(folder, 'run.json');
  const items = dataItems(engine, near, folder, undefined);
  const picked = await vscode.window.showQuickPick(items, { title, matchOnDescription: true });
  if (picked?.action === 'copy') await copySaveLines();
  return picked?.action === 'browse' || picked?.action === 'folder'
    ? browseForData(near, picked.action)
    : picked?.file;
}

/** A data file from anywhere, beginning beside a checkpoint. */
export async function browseForData(
  checkpoint: string,
  what: 'browse' | 'folder',
): Promise<string | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Data of {0}', path.basename(checkpoint)),
    defaultUri: vscode.Uri.file(path.dirname(checkpoint)),
    canSelectFolders: what === 'folder',
    canSelectFiles: what === 'browse',
    openLabel: vscode.l10n.t('Use These Data'),
  });
  return chosen?.[0]?.fsPath;
}

async function filesIn(folder: string, extensions: readonly string[]): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => extensions.includes(path.extname(name).toLowerCase()))
    .map((name) => path.join(folder, name));
}

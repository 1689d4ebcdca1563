import { readdir } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Services } from '../services';
import { tensorflowPathOf } from '../configuration';

interface ExperimentItem extends vscode.QuickPickItem {
  readonly file?: string;
}

/** Runs an experiment: the file clicked or open, one of the workspace's, or one that comes with the extension. */
export async function experiment(services: Services, [argument]: readonly unknown[]): Promise<void> {
  const file = argument instanceof vscode.Uri ? argument.fsPath : await pick(services);
  if (file === undefined) return;
  const { readExperimentFile } = await import('../../settings/read-experiment');
  const read = await readExperimentFile(file);
  const name = path.basename(file).replace(/(\.experiment)?\.json$/i, '');
  const shipped = file.startsWith(services.context.extensionPath);
  const folder = shipped ? services.context.globalStorageUri.fsPath : path.dirname(file);
  const out = path.join(folder, shipped ? 'experiments' : '', name);
  const tensorflowPath = tensorflowPathOf(file);
  services.documents.run(
    {
      method: 'experiment',
      params: { file: read, path: file, out, ...(tensorflowPath ? { tensorflowPath } : {}) },
    },
    read.title,
  );
}

async function pick({ context }: Services): Promise<string | undefined> {
  const folder = path.join(context.extensionPath, 'media', 'experiments');
  const [own, shipped] = await Promise.all([
    vscode.workspace.findFiles('**/*.experiment.json', '**/node_modules/**', 200),
    readdir(folder).catch((): string[] => []),
  ]);
  const items: ExperimentItem[] = [
    ...own.map((uri) => ({ label: vscode.workspace.asRelativePath(uri), file: uri.fsPath })),
    { label: vscode.l10n.t('Claims of the literature'), kind: vscode.QuickPickItemKind.Separator },
    ...shipped
      .filter((name) => name.endsWith('.json'))
      .sort()
      .map((name) => ({
        label: name.replace(/\.json$/, '').replaceAll('-', ' '),
        file: path.join(folder, name),
      })),
  ];
  return (await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Run which experiment?') }))?.file;
}

import { readdir } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';

interface ExperimentItem extends vscode.QuickPickItem {
  readonly file?: string;
}

/**
 * The experiment file in the active editor, one of the workspace's, or one of those in `shipped`, the folder of the
 * extension. Undefined when dismissed.
 */
export async function pickExperiment(shipped: string): Promise<string | undefined> {
  const active = vscode.window.activeTextEditor?.document.uri;
  if (active?.scheme === 'file' && isExperiment(active.path)) return active.fsPath;
  const picked = await vscode.window.showQuickPick(items(shipped), {
    title: vscode.l10n.t('Run which experiment?'),
    matchOnDetail: true,
  });
  return picked?.file;
}

async function items(shipped: string): Promise<ExperimentItem[]> {
  const { readExperimentFile } = await import('../../settings/read-experiment');
  const [own, names] = await Promise.all([
    vscode.workspace.findFiles('**/*.experiment.json', '**/node_modules/**', 200),
    readdir(shipped),
  ]);
  const claims = await Promise.all(
    names.filter(isExperiment).map(async (name) => {
      const file = path.join(shipped, name);
      const { title, form, question } = await readExperimentFile(file);
      const description = form === 'small' ? vscode.l10n.t('minutes') : vscode.l10n.t('full form: hours');
      return { label: title, description, detail: question, file, form };
    }),
  );
  return [
    ...own
      .map((uri) => ({ label: vscode.workspace.asRelativePath(uri), file: uri.fsPath }))
      .sort((a, b) => a.label.localeCompare(b.label)),
    { label: vscode.l10n.t('Claims of the literature'), kind: vscode.QuickPickItemKind.Separator },
    ...claims.sort((a, b) => b.form.localeCompare(a.form) || a.label.localeCompare(b.label)),
  ];
}

const isExperiment = (name: string): boolean => /\.experiment\.json$/i.test(name);

import * as vscode from 'vscode';
import type { Services } from '../services';
import { openDocument } from './begin';

/** Opens a report, a history, a comparison or an experiment that lies anywhere, such as one that the terminal wrote. */
export async function openReport(services: Services, [argument]: readonly unknown[]): Promise<void> {
  const file = argument instanceof vscode.Uri ? argument.fsPath : await chooseFile();
  if (file === undefined) return;
  const { readDocument } = await import('../documents/read-document');
  const opened = await readDocument(file);
  if (opened !== undefined) return openDocument(services, opened);
  const { readReport } = await import('../store/read-report');
  // Refused here, before a panel opens, when it is none.
  await readReport(file);
  services.panels.show(file);
}

async function chooseFile(): Promise<string | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Open a report of Landscape'),
    filters: { [vscode.l10n.t('Landscape reports')]: ['json'] },
    openLabel: vscode.l10n.t('Open Report'),
  });
  return chosen?.[0]?.fsPath;
}

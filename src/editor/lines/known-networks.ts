import path from 'node:path';
import * as vscode from 'vscode';
import type { Services } from '../services';
import { besideNames } from '../store/report-store';
import { networkFigures, type NetworkFigures } from './network-figures';

/** Analyses that lines of code are shown, the newest ones. */
const MOST = 60;
/** Reports that the terminal wrote beside checkpoints. */
const BESIDE = '**/*.landscape.json';
const EXCLUDED = '**/{node_modules,.git,.venv,site-packages}/**';

/** The newest analysis of each checkpoint of the workspace, the newest first. Reads stored reports and no checkpoint. */
export async function knownNetworks({
  store,
  checkpoints,
}: Pick<Services, 'store' | 'checkpoints'>): Promise<NetworkFigures[]> {
  const isOurs = (file: string) => vscode.workspace.getWorkspaceFolder(vscode.Uri.file(file)) !== undefined;
  const records = (await store.records.all()).filter(
    ({ path: file, reports }) => reports.length > 0 && isOurs(file),
  );
  const newest = records
    .map(({ path: file, reports }) => ({
      file,
      at:
        reports
          .map(({ createdAt }) => createdAt)
          .sort()
          .at(-1) ?? '',
    }))
    .sort((a, b) => (a.at < b.at ? 1 : -1))
    .map(({ file }) => file);
  const beside = await withReportBeside(checkpoints);
  const found: NetworkFigures[] = [];
  for (const file of [...new Set([...beside, ...newest])].slice(0, MOST)) {
    const stored = await store.latest(file);
    const figures = stored && networkFigures(file, stored);
    if (figures) found.push(figures);
  }
  return found.sort((a, b) => (a.report.createdAt < b.report.createdAt ? 1 : -1));
}

/** Checkpoints beside which a report lies. */
async function withReportBeside(checkpoints: Services['checkpoints']): Promise<string[]> {
  const reports = await vscode.workspace.findFiles(BESIDE, EXCLUDED, MOST);
  if (reports.length === 0) return [];
  const names = new Set(reports.map(({ fsPath }) => path.normalize(fsPath)));
  return (await checkpoints.all()).filter((file) =>
    besideNames(file).some((name) => names.has(path.normalize(name))),
  );
}

import * as vscode from 'vscode';
import { isMeasuredName } from '../../contract/checkpoint-names';
import { PICKED_ENDINGS } from '../checkpoint-files';
import { checkpointsOf } from '../panel/about';
import type { Earlier } from '../jobs/earlier';
import { isReportJob, type Job } from '../jobs/job';
import type { JobsElement } from '../jobs/jobs-view';
import type { Services } from '../services';
import type { AnyRequest } from '../store/report-store';

/** The job of a line of the tree, when a command got one. */
export function jobOf(argument: unknown): Job | undefined {
  const element = elementOf(argument);
  return element && 'job' in element ? element.job : undefined;
}

/** What an earlier window left, of a line of the tree, when a command got one. */
export function earlierOf(argument: unknown): Earlier | undefined {
  const element = elementOf(argument);
  return element && 'earlier' in element ? element.earlier : undefined;
}

/** The request of a report, of this window or an earlier one, when a command got the tree's line of it. */
export function requestOf(argument: unknown): AnyRequest | undefined {
  const [job, earlier] = [jobOf(argument), earlierOf(argument)];
  if (job !== undefined && isReportJob(job)) return job.asked;
  return earlier?.kind === 'report' ? earlier.entry.request : undefined;
}

function elementOf(argument: unknown): JobsElement | undefined {
  const isOne =
    typeof argument === 'object' && argument !== null && ('job' in argument || 'earlier' in argument);
  return isOne ? (argument as JobsElement) : undefined;
}

/**
 * The checkpoints that a command was called on: from the explorer the clicked file and all selected ones in click
 * order (its menu tests the clicked one only, so each is tested here), from a hover's link `{ checkpoint }`, from
 * the palette and a panel's title bar the active tab's. Empty when none of these is one.
 */
export async function targetsOf(
  services: Services,
  [clicked, selected]: readonly unknown[],
): Promise<string[]> {
  const request = requestOf(clicked);
  if (request !== undefined) return [request.checkpoint];
  if (typeof clicked === 'object' && clicked !== null && 'checkpoint' in clicked) {
    return typeof clicked.checkpoint === 'string' ? [clicked.checkpoint] : [];
  }
  if (clicked instanceof vscode.Uri) {
    const all = Array.isArray(selected) ? selected.filter((uri) => uri instanceof vscode.Uri) : [];
    return pathsOf(all.some((uri) => uri.toString() === clicked.toString()) ? all : [clicked]);
  }
  const about = services.panels.active;
  if (about !== undefined) return [(await checkpointsOf(about))[0]];
  const tab = activeTabUri();
  return tab === undefined ? [] : pathsOf([tab]);
}

/** {@link targetsOf}, or one that is picked from the workspace. Undefined when dismissed. */
export async function askForTargets(
  services: Services,
  args: readonly unknown[],
): Promise<readonly string[] | undefined> {
  const targets = await targetsOf(services, args);
  if (targets.length > 0) return targets;
  const picked = await pickCheckpoint(services, vscode.l10n.t('Which checkpoint?'), []);
  return picked === undefined ? undefined : [picked];
}

/** A checkpoint of the workspace, or one from anywhere. */
export async function pickCheckpoint(
  { checkpoints }: Services,
  title: string,
  without: readonly string[],
): Promise<string | undefined> {
  if (vscode.workspace.workspaceFolders === undefined) return browse(title);
  const items = async (): Promise<(vscode.QuickPickItem & { file?: string })[]> => [
    ...(await checkpoints.all())
      .filter((file) => !without.includes(file))
      .sort()
      .map((file) => ({ label: vscode.workspace.asRelativePath(file), file })),
    { label: vscode.l10n.t('Browse…'), iconPath: new vscode.ThemeIcon('folder-opened'), alwaysShow: true },
  ];
  const picked = await vscode.window.showQuickPick(items(), { title });
  return picked === undefined || picked.file !== undefined ? picked?.file : browse(title);
}

async function browse(title: string): Promise<string | undefined> {
  const filters = {
    [vscode.l10n.t('Checkpoints')]: PICKED_ENDINGS,
    [vscode.l10n.t('All files')]: ['*'],
  };
  const chosen = await vscode.window.showOpenDialog({ title, filters });
  return chosen?.[0]?.fsPath;
}

function pathsOf(uris: readonly vscode.Uri[]): string[] {
  return uris.filter((uri) => uri.scheme === 'file' && isMeasuredName(uri.path)).map((uri) => uri.fsPath);
}

/** On a tab of a binary file there is no active text editor. */
function activeTabUri(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const hasUri =
    input instanceof vscode.TabInputText ||
    input instanceof vscode.TabInputCustom ||
    input instanceof vscode.TabInputNotebook;
  return hasUri ? input.uri : undefined;
}

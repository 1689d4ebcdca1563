import * as vscode from 'vscode';
import type { TaskState } from '../../contract/elsewhere';
import { FAILED, rowColour } from '../jobs/row-colours';

const ICONS: Readonly<Record<TaskState['state'], string>> = {
  waiting: 'clock',
  running: 'sync~spin',
  done: 'pass',
  failed: 'error',
};

/** Functions, for the words may be translated, which is known only once the extension runs. */
const WORDS: Readonly<Record<TaskState['state'], () => string>> = {
  waiting: () => vscode.l10n.t('waits'),
  running: () => vscode.l10n.t('running'),
  done: () => vscode.l10n.t('done'),
  failed: () => vscode.l10n.t('failed'),
};

/** The line of a task below that of its job. */
export function taskRow({ label, state, more, why }: TaskState, id: string): vscode.TreeItem {
  const item = new vscode.TreeItem(label);
  item.id = id;
  item.description = more === undefined ? WORDS[state]() : `${WORDS[state]()} (${more})`;
  const failed = state === 'failed';
  item.iconPath = new vscode.ThemeIcon(ICONS[state], failed ? new vscode.ThemeColor(FAILED) : undefined);
  if (failed) item.resourceUri = rowColour(id);
  item.tooltip = why ?? `${label}: ${item.description}`;
  item.accessibilityInformation = { label: `${label}, ${item.description}` };
  return item;
}

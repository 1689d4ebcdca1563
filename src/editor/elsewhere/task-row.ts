import * as vscode from 'vscode';
import type { TaskState } from '../../contract/elsewhere';

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
export function taskRow({ label, state, more }: TaskState, id: string): vscode.TreeItem {
  const item = new vscode.TreeItem(label);
  item.id = id;
  item.description = more === undefined ? WORDS[state]() : `${WORDS[state]()} (${more})`;
  item.iconPath = new vscode.ThemeIcon(ICONS[state]);
  item.accessibilityInformation = { label: `${label}, ${item.description}` };
  return item;
}

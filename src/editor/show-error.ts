import * as vscode from 'vscode';
import { CancelledError, UserError, messageOf } from '../core/errors';
import { fileNamedIn, inWorkspaceTerms } from './path-names';
import { stampOf } from './store/file-records';

/** Something a person can do about what went wrong. */
export interface Remedy {
  readonly label: string;
  readonly run: () => unknown;
}

/** A mistake whose remedy is known where it is found. */
export class RemediableError extends UserError {
  constructor(
    message: string,
    readonly remedies: readonly Remedy[],
  ) {
    super(message);
  }
}

/** Tells a person what went wrong; a cancellation not at all. */
export function showError(log: vscode.LogOutputChannel, error: unknown): void {
  if (error instanceof CancelledError) return;
  if (error instanceof UserError) log.warn(error.message);
  else log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  void tell(log, 'error', messageOf(error), error instanceof RemediableError ? error.remedies : []);
}

/**
 * Shows a message with what can be done about it. There is always a button: a notification without one is folded to
 * its first line, which holds the name of a file and not the reason.
 */
export async function tell(
  log: vscode.LogOutputChannel,
  severity: 'error' | 'warning',
  message: string,
  remedies: readonly Remedy[] = [],
): Promise<void> {
  const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
  const file = await fileNamedIn(message, folders, async (each) => (await stampOf(each)) !== undefined);
  const all: Remedy[] = [
    ...remedies,
    // Others open as nothing but a warning that they are binary.
    ...(file !== undefined && /\.(jsonc?|py|keras|pt2)$/i.test(file)
      ? [{ label: vscode.l10n.t('Open File'), run: () => open(file) }]
      : []),
    { label: vscode.l10n.t('Show Log'), run: () => log.show() },
  ];
  const show = severity === 'error' ? vscode.window.showErrorMessage : vscode.window.showWarningMessage;
  const text = inWorkspaceTerms(message, folders, process.cwd());
  const choice = await show(text, ...all.map(({ label }) => label));
  try {
    await all.find(({ label }) => label === choice)?.run();
  } catch (error) {
    showError(log, error);
  }
}

const open = (file: string) => vscode.commands.executeCommand('vscode.open', vscode.Uri.file(file));

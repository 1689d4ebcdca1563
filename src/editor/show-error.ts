import * as vscode from 'vscode';
import { CancelledError, UserError, messageOf } from '../shared/errors';

/**
 * Tells a person what went wrong: a mistake in the input as it stands, a fault of ours with a way to the log,
 * a cancellation not at all.
 */
export function showError(log: vscode.LogOutputChannel, error: unknown): void {
  if (error instanceof CancelledError) return;
  if (error instanceof UserError) {
    log.warn(error.message);
    void vscode.window.showErrorMessage(error.message);
    return;
  }
  log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  void vscode.window
    .showErrorMessage(messageOf(error), vscode.l10n.t('Show Log'))
    .then((choice) => choice && log.show());
}

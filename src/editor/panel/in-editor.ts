import * as vscode from 'vscode';
import { EDITORS } from '../checkpoint-files';

/** Is the checkpoint's own editor on screen, which shows its analysis as well as a panel does? */
export function isInEditor(checkpoint: string): boolean {
  return vscode.window.tabGroups.all.some(({ activeTab }) => {
    const input = activeTab?.input;
    return (
      input instanceof vscode.TabInputCustom &&
      EDITORS.some((type) => type === input.viewType) &&
      input.uri.scheme === 'file' &&
      input.uri.fsPath === checkpoint
    );
  });
}

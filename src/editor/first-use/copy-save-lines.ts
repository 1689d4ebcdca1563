import * as vscode from 'vscode';
import { SAVE_LINES } from './save-lines';

/** Asks for the form of somebody's data and puts the lines that save them on the clipboard. */
export async function copySaveLines(): Promise<void> {
  const picked = await vscode.window.showQuickPick(SAVE_LINES, {
    title: vscode.l10n.t('Copy the lines that save my data'),
    placeHolder: vscode.l10n.t('What do the training data look like in your code?'),
    matchOnDetail: true,
  });
  if (picked === undefined) return;
  await vscode.env.clipboard.writeText(picked.lines);
  void vscode.window.showInformationMessage(
    vscode.l10n.t(
      'Copied. Paste the lines where your data are loaded, run them once, and choose the data.npz they write.',
    ),
  );
}

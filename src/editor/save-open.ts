import * as vscode from 'vscode';

/** Saves a file that is open with changes, so that what is read is what the person sees. */
export async function saveOpen(file: string): Promise<void> {
  const document = vscode.workspace.textDocuments.find(({ uri }) => uri.fsPath === file);
  if (document?.isDirty) await document.save();
}

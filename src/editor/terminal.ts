import { chmod } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';

/** Lets integrated terminals find `landscape`: a launcher on their PATH that runs the command by the editor's Node. */
export function offerTerminalCommand(context: vscode.ExtensionContext): void {
  const bin = path.join(context.extensionPath, 'media', 'bin');
  const variables = context.environmentVariableCollection;
  variables.description = vscode.l10n.t('Adds the `landscape` command.');
  variables.prepend('PATH', `${bin}${path.delimiter}`);
  variables.replace('LANDSCAPE_NODE', process.execPath);
  // Some ways of installing an extension drop the mark of an executable file.
  if (process.platform !== 'win32') chmod(path.join(bin, 'landscape'), 0o755).catch(() => undefined);
}

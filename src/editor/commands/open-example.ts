import path from 'node:path';
import * as vscode from 'vscode';
import { copyExample } from '../example/copy-example';
import type { Services } from '../services';

/** Opens two trained networks with their data, to be measured at once: in this window where it is empty, else in another. */
export async function openExample({ context }: Pick<Services, 'context'>): Promise<void> {
  const shipped = path.join(context.extensionPath, 'media', 'example');
  const folder = await copyExample(shipped, path.join(context.globalStorageUri.fsPath, 'example'));
  const forceNewWindow = (vscode.workspace.workspaceFolders ?? []).length > 0;
  await vscode.commands.executeCommand('vscode.openFolder', vscode.Uri.file(folder), { forceNewWindow });
}

import { readFile, stat } from 'node:fs/promises';
import * as vscode from 'vscode';
import { type LoaderCode, loadersIn } from '../../python/loaders';
import { type NetworkCode, networksIn } from '../../python/networks';
import type { CodeFile } from '../../python/scan';

const MOST_FILES = 1000;
const LARGEST = 4e6;
const MOST_BYTES = 64e6;

/** Installed packages and caches are not the person's code. */
const EXCLUDED =
  '**/{node_modules,.git,venv,.venv,env,site-packages,__pycache__,build,dist,.ipynb_checkpoints}/**';

/** The workspace's Python files and notebooks, as far as they are of a usual size. */
export async function workspaceCode(): Promise<CodeFile[]> {
  const found = await vscode.workspace.findFiles('**/*.{py,ipynb}', EXCLUDED, MOST_FILES);
  const files: CodeFile[] = [];
  let bytes = 0;
  for (const { fsPath: file } of [...found].sort((a, b) => a.path.length - b.path.length)) {
    const size = await stat(file).then(
      (stats) => (stats.isFile() ? stats.size : Infinity),
      () => Infinity,
    );
    if (size > LARGEST || bytes + size > MOST_BYTES) continue;
    bytes += size;
    files.push({ file, text: await readFile(file, 'utf8').catch(() => '') });
  }
  return files;
}

/** The networks in the workspace's code, which is read as text. */
export const workspaceNetworks = async (): Promise<NetworkCode[]> => networksIn(await workspaceCode());

/** Whether there is code to find a network in, which may be run. */
export const hasCode = async (): Promise<boolean> =>
  vscode.workspace.isTrusted && (await workspaceNetworks()).length > 0;

/** What gives rows in the workspace's code; nothing where it may not be run. */
export const workspaceLoaders = async (): Promise<LoaderCode[]> =>
  vscode.workspace.isTrusted ? loadersIn(await workspaceCode()) : [];

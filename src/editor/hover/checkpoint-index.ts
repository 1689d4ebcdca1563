import { readdir } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { isMeasuredName, isRunName } from '../../contract/checkpoint-names';
import { CHECKPOINT_GLOB, PYTORCH_GLOB } from '../checkpoint-files';
import type { Checkpoints } from '../services';
import { SuffixIndex, holdsRun } from './resolve';

const EXCLUDED = '**/{node_modules,.git,.venv,site-packages}/**';
const MOST_FILES = 20_000;
/** Parts of a path below which no checkpoints are looked for. */
const EXCLUDED_PARTS = /[\\/](node_modules|\.git|\.venv|site-packages)([\\/]|$)/;

/** The workspace's checkpoints and weights, found at the first question and watched from then on. */
export class CheckpointIndex implements Checkpoints, vscode.Disposable {
  private index: Promise<SuffixIndex> | undefined;
  private watchers: readonly vscode.FileSystemWatcher[] = [];

  async endingIn(parts: readonly string[]): Promise<readonly string[]> {
    return (await this.files()).endingIn(parts);
  }

  async all(): Promise<readonly string[]> {
    return (await this.files()).all();
  }

  async byFolder(): Promise<ReadonlyMap<string, readonly string[]>> {
    const { withoutNamedNetwork } = await import('../../settings/run-files');
    const folders = [...(await this.files()).byFolder(isRunName)].map(
      async ([folder, files]): Promise<[string, readonly string[]]> => [
        folder,
        // A mistake in the settings is told when they are asked for.
        await withoutNamedNetwork(files).catch(() => files),
      ],
    );
    return new Map(await Promise.all(folders));
  }

  dispose(): void {
    for (const watcher of this.watchers) watcher.dispose();
  }

  private files(): Promise<SuffixIndex> {
    this.index ??= this.build();
    return this.index;
  }

  private async build(): Promise<SuffixIndex> {
    const index = new SuffixIndex();
    const globs = [CHECKPOINT_GLOB, PYTORCH_GLOB];
    this.watchers = globs.map((glob) => {
      const watcher = vscode.workspace.createFileSystemWatcher(glob, false, true, false);
      watcher.onDidCreate((uri) => {
        if (this.isOurs(uri)) index.add(uri.fsPath);
        this.tellFolders(index);
      });
      watcher.onDidDelete((uri) => {
        index.remove(uri.fsPath);
        this.tellFolders(index);
      });
      return watcher;
    });
    this.watchers = [...this.watchers, this.watchFolders(index)];
    const find = (glob: string) => vscode.workspace.findFiles(glob, EXCLUDED, MOST_FILES);
    for (const uri of (await Promise.all(globs.map(find))).flat())
      if (this.isOurs(uri)) index.add(uri.fsPath);
    this.tellFolders(index);
    return index;
  }

  /** A folder that is copied, moved or deleted is told of as itself, and its files are not. */
  private watchFolders(index: SuffixIndex): vscode.FileSystemWatcher {
    const watcher = vscode.workspace.createFileSystemWatcher('**/*', false, true, false);
    watcher.onDidCreate(async (uri) => {
      if (!mayBeFolder(uri) || EXCLUDED_PARTS.test(uri.fsPath)) return;
      const found = await filesUnder(uri.fsPath);
      for (const file of found)
        if (this.isOurs(vscode.Uri.file(file)) && !EXCLUDED_PARTS.test(file)) index.add(file);
      if (found.length > 0) this.tellFolders(index);
    });
    watcher.onDidDelete((uri) => {
      if (mayBeFolder(uri) && index.removeUnder(uri.fsPath)) this.tellFolders(index);
    });
    return watcher;
  }

  /** Lets the explorer's menu know which folders hold a run. */
  private tellFolders(index: SuffixIndex): void {
    const runs = [...index.byFolder(isRunName)]
      .filter(([, files]) => holdsRun(files))
      .map(([folder]) => folder);
    void vscode.commands.executeCommand('setContext', 'landscape.runFolders', runs);
  }

  private isOurs(uri: vscode.Uri): boolean {
    return uri.scheme === 'file' && isMeasuredName(uri.fsPath) && !/[\\/]node_modules[\\/]/.test(uri.fsPath);
  }
}

/** By its name: runs are called `lr0.1`, and files have endings of letters. */
const mayBeFolder = ({ scheme, fsPath }: vscode.Uri): boolean =>
  scheme === 'file' && !/\.[a-z_][^.]*$/i.test(path.basename(fsPath));

/** The files in a folder and those below; none where it is a file, or gone. */
async function filesUnder(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => path.join(parentPath, name))
    .slice(0, MOST_FILES);
}

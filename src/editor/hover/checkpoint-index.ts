import * as vscode from 'vscode';
import { CHECKPOINT_GLOB, isCheckpointName } from '../checkpoint-files';
import { SuffixIndex } from './resolve';

const EXCLUDED = '**/{node_modules,.git,.venv,site-packages}/**';
const MOST_FILES = 20_000;

/** The workspace's checkpoints, found at the first question and watched from then on. */
export class CheckpointIndex implements vscode.Disposable {
  private index: Promise<SuffixIndex> | undefined;
  private watcher: vscode.FileSystemWatcher | undefined;

  async endingIn(parts: readonly string[]): Promise<readonly string[]> {
    return (await this.files()).endingIn(parts);
  }

  async all(): Promise<readonly string[]> {
    return (await this.files()).all();
  }

  /** The checkpoints of each folder that holds any. */
  async byFolder(): Promise<ReadonlyMap<string, readonly string[]>> {
    return (await this.files()).byFolder();
  }

  dispose(): void {
    this.watcher?.dispose();
  }

  private files(): Promise<SuffixIndex> {
    this.index ??= this.build();
    return this.index;
  }

  private async build(): Promise<SuffixIndex> {
    const index = new SuffixIndex();
    this.watcher = vscode.workspace.createFileSystemWatcher(CHECKPOINT_GLOB, false, true, false);
    this.watcher.onDidCreate((uri) => {
      if (this.isOurs(uri)) index.add(uri.fsPath);
      this.tellFolders(index);
    });
    this.watcher.onDidDelete((uri) => {
      index.remove(uri.fsPath);
      this.tellFolders(index);
    });
    const found = await vscode.workspace.findFiles(CHECKPOINT_GLOB, EXCLUDED, MOST_FILES);
    for (const uri of found) if (this.isOurs(uri)) index.add(uri.fsPath);
    this.tellFolders(index);
    return index;
  }

  /** Lets the explorer's menu know which folders hold a run. */
  private tellFolders(index: SuffixIndex): void {
    const runs = [...index.byFolder()].filter(([, files]) => files.length > 1).map(([folder]) => folder);
    void vscode.commands.executeCommand('setContext', 'landscape.runFolders', runs);
  }

  private isOurs(uri: vscode.Uri): boolean {
    return (
      uri.scheme === 'file' && isCheckpointName(uri.fsPath) && !/[\\/]node_modules[\\/]/.test(uri.fsPath)
    );
  }
}

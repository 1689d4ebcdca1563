import * as vscode from 'vscode';
import { UserError } from '../../core/errors';

/** What of the API of the editor's own git extension is used here (its `git.d.ts`, version 1). */
interface GitApi {
  toGitUri(uri: vscode.Uri, ref: string): vscode.Uri;
  getRepository(uri: vscode.Uri): Repository | null;
}
interface Repository {
  readonly state: { readonly indexChanges: readonly { readonly uri: vscode.Uri }[] };
}
interface GitExtension {
  getAPI(version: 1): GitApi;
}

/**
 * The address under which the editor's git has a file as it was committed last.
 * @throws UserError where git is turned off, or the file is in no repository
 */
export async function committedUri(file: string): Promise<vscode.Uri> {
  const api = await api1();
  if (api === undefined)
    throw new UserError(vscode.l10n.t("The editor's git is turned off, which knows what was committed."));
  const uri = vscode.Uri.file(file);
  if (!api.getRepository(uri)) throw new UserError(vscode.l10n.t('{0} is in no repository of git.', file));
  return api.toGitUri(uri, 'HEAD');
}

/** Is something staged of a file? */
export async function isStaged(file: string): Promise<boolean> {
  const uri = vscode.Uri.file(file);
  const changes = (await api1())?.getRepository(uri)?.state.indexChanges ?? [];
  return changes.some((change) => change.uri.fsPath === uri.fsPath);
}

async function api1(): Promise<GitApi | undefined> {
  try {
    return (await vscode.extensions.getExtension<GitExtension>('vscode.git')?.activate())?.getAPI(1);
  } catch {
    // It throws where `git.enabled` is off.
    return undefined;
  }
}

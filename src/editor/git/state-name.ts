import * as vscode from 'vscode';
import { isStaged } from './committed';

/** What VS Code's git writes into the query of its addresses. */
function refOf({ query }: Pick<vscode.Uri, 'query'>): string | undefined {
  try {
    const { ref } = JSON.parse(query) as { ref?: unknown };
    return typeof ref === 'string' ? ref : undefined;
  } catch {
    return undefined;
  }
}

/** A full hash is told by its first digits. */
const HASH = /^[0-9a-f]{40}$/;

/**
 * What the state of a file under an address is called: of git `HEAD`, a branch, the first digits of a commit, or the index;
 * else the scheme. `~` is git's word for the index where something is staged, and for HEAD where nothing is.
 */
export async function stateName(uri: vscode.Uri): Promise<string> {
  const ref = uri.scheme === 'git' ? refOf(uri) : undefined;
  if (ref === undefined) return uri.scheme;
  if (ref === '') return 'index';
  if (ref === '~') return (await isStaged(vscode.Uri.file(uri.path).fsPath)) ? 'index' : 'HEAD';
  return HASH.test(ref) ? ref.slice(0, 8) : ref;
}

import * as vscode from 'vscode';
import type { Services } from '../services';
import { targetsOf } from './targets';

/** The checkpoints among what is selected in the explorer, and those that lie in selected folders. */
export async function filesOfSelection(
  services: Services,
  args: readonly unknown[],
): Promise<readonly string[]> {
  const [clicked, selected] = args;
  const uris = Array.isArray(selected) ? selected : clicked === undefined ? [] : [clicked];
  const files = args.length === 0 ? [] : await targetsOf(services, args);
  const folders = await services.checkpoints.byFolder();
  const inside = uris.flatMap((uri) => (uri instanceof vscode.Uri ? (folders.get(uri.fsPath) ?? []) : []));
  return [...new Set([...files, ...inside])];
}

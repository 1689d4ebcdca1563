import path from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../../core/errors';
import { contentsText } from '../../wording/contents-text';
import type { Services } from '../services';

const SCHEME = 'landscape-contents';

/** Documents that tell what is inside of files: read when they are opened, and never to be saved. */
export class ContentsDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly texts = new Map<string, string>();
  private readonly registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? '';
  }

  /** Shows a text in a tab of its own. */
  async show(title: string, text: string): Promise<void> {
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${title}`, query: String(this.texts.size) });
    this.texts.set(uri.toString(), text);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: true });
  }

  dispose(): void {
    this.registration.dispose();
  }
}

/**
 * What is inside of the files that are selected, without data; of several, how they differ from the first.
 * @throws UserError when none is given, or one cannot be read
 */
export async function showContents(
  { engine }: Pick<Services, 'engine'>,
  documents: Pick<ContentsDocuments, 'show'>,
  [clicked, selected]: readonly unknown[],
): Promise<void> {
  const active = vscode.window.tabGroups.activeTabGroup?.activeTab?.input;
  const own = active instanceof vscode.TabInputCustom ? active.uri : undefined;
  const given: readonly unknown[] = Array.isArray(selected) ? selected : [clicked ?? own];
  const files = given.flatMap((each) =>
    each instanceof vscode.Uri && each.scheme === 'file' ? [each.fsPath] : [],
  );
  if (files.length === 0)
    throw new UserError(vscode.l10n.t('Select the files in the explorer whose contents are to be shown.'));
  const [name] = files.map((file) => path.basename(file));
  const title = vscode.l10n.t('Landscape: reading {0}', name);
  const found = await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () =>
    Promise.resolve(engine.request('show', { files }, { what: `reading ${name}` })),
  );
  const more = files.length > 1 ? ` +${files.length - 1}` : '';
  await documents.show(`${name}${more} (${vscode.l10n.t('contents')}).txt`, contentsText(found));
}

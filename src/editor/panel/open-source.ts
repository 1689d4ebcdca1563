import * as vscode from 'vscode';
import type { LayerCurvature } from '../../contract/report';
import { UserError } from '../../core/errors';
import { readPlainText } from '../../files/plain-file';
import { PythonText } from '../../python/lines/python-text';
import { isNamed, lineOf } from '../lines/found-lines';

/** Files of code that are looked through. */
const MOST_FILES = 200;
const LARGEST_CODE = 2 * 2 ** 20;
const EXCLUDED = '**/{node_modules,.git,.venv,site-packages}/**';

/**
 * Opens the line of this workspace that makes a tensor's layer, one of these. Names of files come from another machine: those
 * of the workspace that end so are meant. Where the line is not there any more the one that calls the layer will do.
 * @throws UserError when there is none, or more than one could be meant.
 */
export async function openSource(tensor: string, layers: readonly LayerCurvature[]): Promise<void> {
  const layer = layers.find(({ name }) => name === tensor);
  if (layer === undefined) return;
  const made: Place[] = [];
  const called: Place[] = [];
  for (const uri of await vscode.workspace.findFiles(globOf(layer), EXCLUDED, MOST_FILES)) {
    // What cannot be read is not the file that is meant.
    const code = await readPlainText(uri.fsPath, LARGEST_CODE).catch(() => undefined);
    if (code === undefined) continue;
    const line = lineOf({ path: uri.fsPath, text: new PythonText(code) }, layers, tensor);
    if (line !== undefined) made.push({ uri, line });
    else called.push(...callIn(uri, code, layer));
  }
  const places = made.length > 0 ? made : called;
  if (places.length !== 1)
    throw new UserError(
      places.length > 1
        ? vscode.l10n.t('More than one line of this workspace could be the one that makes {0}.', tensor)
        : vscode.l10n.t('No line of Python in this workspace makes {0} as it was measured.', tensor),
    );
  const [{ uri, line }] = places;
  const at = new vscode.Position(Math.max(0, line - 1), 0);
  await vscode.window.showTextDocument(uri, {
    selection: new vscode.Range(at, at),
    viewColumn: vscode.ViewColumn.One,
  });
}

interface Place {
  readonly uri: vscode.Uri;
  readonly line: number;
}

/** Files of the names that its source has; any of Python where it has none. */
function globOf({ source }: LayerCurvature): string {
  if (!source) return '**/*.py';
  const files = [...source.owners, ...(source.ties ?? []).flat(), source].map(({ file }) => file);
  const names = new Set(
    files.map((file) => file.slice(file.lastIndexOf('/') + 1).replace(/[[\]{},*?]/g, '[$&]')),
  );
  return names.size === 1 ? `**/${[...names][0]}` : `**/{${[...names].join(',')}}`;
}

/** The line that calls the layer, where its text stands once. */
function callIn(uri: vscode.Uri, code: string, { source }: LayerCurvature): Place[] {
  if (source?.kind !== 'call' || source.text === '' || !isNamed(uri.fsPath, source.file)) return [];
  const at = code.indexOf(source.text);
  const isOnce = at >= 0 && code.indexOf(source.text, at + 1) < 0;
  return isOnce ? [{ uri, line: code.slice(0, at).split('\n').length }] : [];
}

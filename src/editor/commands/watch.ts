import { stat } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../../core/errors';
import type { WatchRequest } from '../../contract/watch';
import { filePattern, isPattern } from '../../files/pattern';
import { configurationLayer } from '../configuration';
import { withNetwork } from '../own-code/with-network';
import type { Services } from '../services';
import { beginDocument } from './begin';

/** Measures the checkpoints of a run as they land: of the clicked folder, or of a folder or a pattern that is picked. */
export async function watch(services: Services, [clicked]: readonly unknown[]): Promise<void> {
  const where = clicked instanceof vscode.Uri ? clicked.fsPath : await pickPlace(services);
  if (where === undefined) return;
  const isFolder = (await stat(where).catch(() => undefined))?.isDirectory() ?? false;
  if (!isFolder && !isPattern(where))
    throw new UserError(vscode.l10n.t('{0} is no folder: a run is watched by its folder.', where));
  const place: Place = isFolder
    ? {
        where,
        settingsOf: path.join(where, 'checkpoint'),
        holds: (file) => file.startsWith(where + path.sep),
      }
    : { where, settingsOf: where, holds: holdsOf(where) };
  const there = (await services.checkpoints.all()).filter(place.holds);
  // Weights that have their network in the person's code get it before the first is measured, for all that come.
  await withNetwork(services, there, async () => {
    const params = await requestFor(services, place, there);
    if (params !== undefined)
      beginDocument(services, { request: { method: 'watch', params }, title: params.title });
  });
}

/** Where a run is watched. */
interface Place {
  /** A folder or a pattern, absolute. */
  readonly where: string;
  /** A path whose settings hold there. */
  readonly settingsOf: string;
  /** Is a file one of the run? */
  readonly holds: (file: string) => boolean;
}

function holdsOf(pattern: string): Place['holds'] {
  const { folder, matches } = filePattern(pattern);
  return (file) => matches(path.relative(folder, file).split(path.sep).join('/'));
}

/** What holds for checkpoints there, asking for the data where nobody has said. Undefined when dismissed. */
async function requestFor(
  { requests, context }: Services,
  { where, settingsOf }: Place,
  [first]: readonly string[],
): Promise<WatchRequest | undefined> {
  if ((await requests.current(settingsOf)) === undefined) {
    if (first === undefined)
      throw new UserError(
        vscode.l10n.t(
          'There is no checkpoint in {0} yet to try data on: name the data in a landscape.json there, or watch it when the first one has landed.',
          where,
        ),
      );
    if ((await requests.choose(first)) === undefined) return undefined;
  }
  const { watchRequest } = await import('../../settings/watch-request');
  const { mergeLayers } = await import('../../settings/merge');
  const { explicit } = await requests.standing(settingsOf);
  const minutes = vscode.workspace
    .getConfiguration('landscape', vscode.Uri.file(where))
    .get<number>('watchIdleMinutes', 0);
  return watchRequest(
    where,
    { ...mergeLayers(configurationLayer(settingsOf), explicit) },
    {},
    {
      title: isPattern(where)
        ? vscode.l10n.t('Run of {0}', vscode.workspace.asRelativePath(where))
        : vscode.l10n.t('Run in {0}', path.basename(where)),
      idleSeconds: minutes > 0 ? 60 * minutes : undefined,
      kept: path.join(context.globalStorageUri.fsPath, 'watched'),
    },
  );
}

interface Row extends vscode.QuickPickItem {
  readonly folder?: string;
}

/** A folder that holds checkpoints, one of the workspace, any other, or a pattern. Undefined when dismissed. */
async function pickPlace({ checkpoints }: Services): Promise<string | undefined> {
  const holding = new Set((await checkpoints.all()).map((file) => path.dirname(file)));
  const roots = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
  const other: Row = { label: vscode.l10n.t('Another Folder…') };
  const pattern: Row = {
    label: vscode.l10n.t('A Pattern of Files…'),
    description: 'runs/*/epoch-*.pt',
  };
  const items: Row[] = [...new Set([...holding, ...roots])].map((folder) => ({
    label: vscode.workspace.asRelativePath(folder),
    description: holding.has(folder) ? vscode.l10n.t('holds checkpoints') : '',
    folder,
  }));
  const title = vscode.l10n.t('Watch the run in which folder?');
  const picked = await vscode.window.showQuickPick([...items, other, pattern], { title });
  if (picked === pattern) return askForPattern(roots[0]);
  if (picked !== other) return picked?.folder;
  const chosen = await vscode.window.showOpenDialog({ canSelectFolders: true, canSelectFiles: false, title });
  return chosen?.[0]?.fsPath;
}

/** @param root what a pattern is read from that is not absolute. */
async function askForPattern(root: string = path.sep): Promise<string | undefined> {
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t('Watch the run in which files?'),
    prompt: vscode.l10n.t('* and ? within a name, ** for any folders, [abc], {pt,keras}; from {0}', root),
    placeHolder: 'runs/*/epoch-*.pt',
    validateInput: (given) =>
      given === '' || isPattern(given)
        ? undefined
        : vscode.l10n.t('A pattern has a * or another wildcard; a folder is picked from the list before.'),
  });
  return text === undefined || text === '' ? undefined : path.resolve(root, text);
}

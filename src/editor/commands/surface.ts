import path from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../../core/errors';
import { askPlace } from '../elsewhere/ask-place';
import { withNetwork } from '../own-code/with-network';
import type { Services } from '../services';
import { beginDocument } from './begin';
import { type PlaneChoices, pickPath, pickPlane } from './pick-plane';
import { filesOfSelection } from './selection';
import { askForTargets } from './targets';

/** Draws the loss over a plane: around the selected checkpoints, through three of them, or along a run. */
export async function surface(services: Services, args: readonly unknown[]): Promise<void> {
  const selected = await filesOfSelection(services, args);
  const checkpoints = selected.length > 0 ? selected : await askForTargets(services, args);
  if (checkpoints === undefined || checkpoints.length === 0) return;
  const pick = () => Promise.resolve(planeNamed(args[0]) ?? pickPlane(checkpoints.length));
  await drawOver(services, checkpoints, pick);
}

/** The plane that a link of a report asks for by its name, that of its own picture. */
const planeNamed = (argument: unknown): PlaneChoices | undefined =>
  typeof argument === 'object' &&
  argument !== null &&
  'plane' in argument &&
  argument.plane === 'eigenvectors'
    ? { plane: argument.plane }
    : undefined;

/** Draws the path of a run, or of several in one plane: of selected checkpoints or folders, or of folders that are picked. */
export async function drawPath(services: Services, args: readonly unknown[]): Promise<void> {
  const selected = await filesOfSelection(services, args);
  const checkpoints = selected.length > 0 ? selected : await pickRuns(services);
  if (checkpoints === undefined) return;
  if (checkpoints.length < LEAST_OF_A_PATH)
    throw new UserError(
      vscode.l10n.t('A path has at least three checkpoints: select them, or the folder of their run.'),
    );
  await drawOver(services, checkpoints, pickPath);
}

/** Fewer lie on one line. */
const LEAST_OF_A_PATH = 3;

/** Whose paths, of the folders that hold enough. Undefined when dismissed. */
async function pickRuns({ checkpoints }: Services): Promise<readonly string[] | undefined> {
  const items = [...(await checkpoints.byFolder())]
    .filter(([, { length }]) => length >= LEAST_OF_A_PATH)
    .map(([folder, files]) => ({
      label: vscode.workspace.asRelativePath(folder),
      description: vscode.l10n.t('{0} checkpoints', files.length),
      files,
    }));
  if (items.length === 0)
    throw new UserError(vscode.l10n.t('No folder of this workspace holds three checkpoints of one run.'));
  const title = vscode.l10n.t('The path of which run? Of several, in one plane.');
  const picked = await vscode.window.showQuickPick(items, { title, canPickMany: true });
  const files = picked?.flatMap((each) => each.files) ?? [];
  return files.length === 0 ? undefined : files;
}

/** @param pick asks for the plane, once the network is known; undefined when dismissed. */
const drawOver = (
  services: Services,
  checkpoints: readonly string[],
  pick: () => Promise<PlaneChoices | undefined>,
): Promise<void> =>
  withNetwork(services, checkpoints, async () => {
    const choices = await pick();
    if (choices !== undefined) await draw(services, checkpoints, choices);
  });

/** Draws around these, whose network is known. */
async function draw(
  services: Services,
  checkpoints: readonly string[],
  choices: PlaneChoices,
): Promise<void> {
  const request = await services.requests.make(checkpoints[0]);
  if (request === undefined) return;
  const { trained: _, checkpoint: __, ...settings } = request;
  const { surfaceRequest } = await import('../../settings/surface-request');
  const cache = path.join(services.context.globalStorageUri.fsPath, 'pictures');
  const params = surfaceRequest(checkpoints, settings, choices, { cache });
  const title = titleOf(checkpoints, choices);
  const asked = { method: 'surface', params: { ...params, title } } as const;
  const place = await askPlace(services, asked);
  if (place) beginDocument(services, { request: asked, title, ...place });
}

function titleOf(checkpoints: readonly string[], { plane, centre }: PlaneChoices): string {
  const [first] = checkpoints;
  if (plane === 'path') {
    const folders = new Set(checkpoints.map((checkpoint) => path.dirname(checkpoint))).size;
    // Each in a folder of its own: these are the folders of checkpoints, not of runs.
    const runs =
      folders > 1 && folders < checkpoints.length
        ? vscode.l10n.t('The paths of {0} runs', folders)
        : vscode.l10n.t('The path of {0}', path.basename(path.dirname(first)));
    return centre === 'mean' ? vscode.l10n.t('{0}, around the mean', runs) : runs;
  }
  return checkpoints.length === 1
    ? vscode.l10n.t('Landscape of {0}', path.basename(first))
    : vscode.l10n.t('Landscape of {0} checkpoints', checkpoints.length);
}

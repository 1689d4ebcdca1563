import path from 'node:path';
import * as vscode from 'vscode';
import { MAP_SIDES } from '../../contract/sharpness-map';
import type { SurfaceChoices } from '../../contract/surface';
import { withNetwork } from '../own-code/with-network';
import type { Services } from '../services';
import { beginDocument } from './begin';
import { filesOfSelection } from './selection';
import { askForTargets } from './targets';

/** Checkpoints that are still drawn one beside the other without a question. */
const SIDE_BY_SIDE = 12;

/** Draws the loss over a plane: around the selected checkpoints, through three of them, or along a run. */
export async function surface(services: Services, args: readonly unknown[]): Promise<void> {
  const selected = await filesOfSelection(services, args);
  const checkpoints = selected.length > 0 ? selected : await askForTargets(services, args);
  if (checkpoints === undefined || checkpoints.length === 0) return;
  await withNetwork(services, checkpoints, () => draw(services, checkpoints));
}

/** Draws around these, whose network is known. */
async function draw(services: Services, checkpoints: readonly string[]): Promise<void> {
  const choices = await pickPlane(checkpoints.length);
  if (choices === undefined) return;
  const request = await services.requests.make(checkpoints[0]);
  if (request === undefined) return;
  const { trained: _, checkpoint: __, ...settings } = request;
  const { surfaceRequest } = await import('../../settings/surface-request');
  const cache = path.join(services.context.globalStorageUri.fsPath, 'pictures');
  const params = surfaceRequest(checkpoints, settings, choices, { cache });
  const title = titleOf(checkpoints, choices);
  beginDocument(services, { request: { method: 'surface', params: { ...params, title } }, title });
}

function titleOf(checkpoints: readonly string[], { plane }: Choices): string {
  const [first] = checkpoints;
  if (plane === 'path') {
    const folders = new Set(checkpoints.map((checkpoint) => path.dirname(checkpoint))).size;
    // Each in a folder of its own: these are the folders of checkpoints, not of runs.
    return folders > 1 && folders < checkpoints.length
      ? vscode.l10n.t('The paths of {0} runs', folders)
      : vscode.l10n.t('The path of {0}', path.basename(path.dirname(first)));
  }
  return checkpoints.length === 1
    ? vscode.l10n.t('Landscape of {0}', path.basename(first))
    : vscode.l10n.t('Landscape of {0} checkpoints', checkpoints.length);
}

/** Which plane, of those that so many checkpoints have. Undefined when dismissed. */
async function pickPlane(count: number): Promise<Choices | undefined> {
  const offered = [
    ...(count >= 3 ? throughSeveral(count) : []),
    ...(count <= SIDE_BY_SIDE ? aroundEach() : []),
  ];
  const title = vscode.l10n.t('Draw the landscape over which plane?');
  const picked = await vscode.window.showQuickPick(offered, { title, matchOnDetail: true });
  return (
    picked && {
      plane: picked.plane,
      ...(picked.along && { along: picked.along }),
      ...(picked.map && { map: picked.map }),
    }
  );
}

/** Planes that several checkpoints share. */
const throughSeveral = (count: number): readonly Plane[] => [
  {
    plane: 'path',
    label: vscode.l10n.t('The path of a run'),
    detail: vscode.l10n.t(
      'The two directions in which its checkpoints differ most, with how far they lie off them. Several runs share them.',
    ),
  },
  {
    plane: 'path',
    along: 'curvature',
    label: vscode.l10n.t('The path of a run, with its curvature'),
    detail: vscode.l10n.t(
      'The same, with the largest eigenvalue and the trace at each checkpoint, which take longer.',
    ),
  },
  ...(count === 3
    ? [
        {
          plane: 'checkpoints' as const,
          label: vscode.l10n.t('Through the three checkpoints'),
          detail: vscode.l10n.t('All three lie in this plane exactly: is there a barrier between them?'),
        },
      ]
    : []),
];

/** Planes that each checkpoint has of its own. */
const aroundEach = (): readonly Plane[] => [
  {
    plane: 'eigenvectors',
    label: vscode.l10n.t('The two sharpest directions'),
    detail: vscode.l10n.t(
      'The leading eigenvectors of the Hessian, with what it foretells dashed over the landscape.',
    ),
  },
  {
    plane: 'eigenvectors',
    map: MAP_SIDES.usual,
    label: vscode.l10n.t('The two sharpest directions, with a map of sharpness'),
    detail: vscode.l10n.t(
      'The same, with the largest eigenvalue and the gradient norm at {0} × {0} places, which take longer.',
      MAP_SIDES.usual,
    ),
  },
  {
    plane: 'random',
    label: vscode.l10n.t('Two random directions'),
    detail: vscode.l10n.t(
      'Scaled filter by filter (Li et al. 2018), so that pictures of different networks can be compared.',
    ),
  },
  {
    plane: 'gradient',
    label: vscode.l10n.t('The sharpest direction and the gradient'),
    detail: vscode.l10n.t('Where training would go on, against where it is steepest.'),
  },
];

type Choices = Pick<SurfaceChoices, 'plane'> & Partial<Pick<SurfaceChoices, 'along' | 'map'>>;

interface Plane extends vscode.QuickPickItem, Choices {}

import * as vscode from 'vscode';
import { MAP_SIDES } from '../../contract/sharpness-map';
import type { SurfaceChoices } from '../../contract/surface';

/** What a person chooses of a picture. */
export type PlaneChoices = Pick<SurfaceChoices, 'plane'> &
  Partial<Pick<SurfaceChoices, 'along' | 'centre' | 'map'>>;

/** A row of a list, with what it stands for. */
interface Row extends vscode.QuickPickItem {
  readonly choices: PlaneChoices;
}

/** Checkpoints that are still drawn one beside the other without a question. */
const SIDE_BY_SIDE = 12;

/** Which plane, of those that so many checkpoints have. Undefined when dismissed. */
export async function pickPlane(count: number): Promise<PlaneChoices | undefined> {
  const offered = [
    ...(count >= 3 ? throughSeveral(count) : []),
    ...(count <= SIDE_BY_SIDE ? aroundEach() : []),
  ];
  const choices = await pick(vscode.l10n.t('Draw the landscape over which plane?'), offered);
  return choices?.plane === 'path' ? pickPath() : choices;
}

/** Around which point a path is drawn, and what is measured along it. Undefined when dismissed. */
export function pickPath(): Promise<PlaneChoices | undefined> {
  return pick(vscode.l10n.t('Draw the path around which point?'), pathRows());
}

async function pick(title: string, rows: readonly Row[]): Promise<PlaneChoices | undefined> {
  return (await vscode.window.showQuickPick(rows, { title, matchOnDetail: true }))?.choices;
}

function pathRows(): readonly Row[] {
  const last = vscode.l10n.t(
    'The directions in which the others lie farthest from where the run ends (Li et al. 2018).',
  );
  const mean = vscode.l10n.t('The directions in which the checkpoints vary most among themselves.');
  const curvature = vscode.l10n.t(
    'The same, with the largest eigenvalue and the trace at each checkpoint, which take longer.',
  );
  return [
    {
      label: vscode.l10n.t('Around the last checkpoint'),
      detail: last,
      choices: { plane: 'path', centre: 'last' },
    },
    {
      label: vscode.l10n.t('Around the mean of all checkpoints'),
      detail: mean,
      choices: { plane: 'path', centre: 'mean' },
    },
    {
      label: vscode.l10n.t('Around the last checkpoint, with the curvature along the path'),
      detail: curvature,
      choices: { plane: 'path', centre: 'last', along: 'curvature' },
    },
    {
      label: vscode.l10n.t('Around the mean of all checkpoints, with the curvature along the path'),
      detail: curvature,
      choices: { plane: 'path', centre: 'mean', along: 'curvature' },
    },
  ];
}

/** Planes that several checkpoints share. */
const throughSeveral = (count: number): readonly Row[] => [
  {
    label: vscode.l10n.t('The path of a run'),
    detail: vscode.l10n.t(
      'The two directions in which its checkpoints differ most, with how far they lie off them. Several runs share them.',
    ),
    choices: { plane: 'path' },
  },
  ...(count === 3
    ? [
        {
          label: vscode.l10n.t('Through the three checkpoints'),
          detail: vscode.l10n.t('All three lie in this plane exactly: is there a barrier between them?'),
          choices: { plane: 'checkpoints' } as const,
        },
      ]
    : []),
];

/** Planes that each checkpoint has of its own. */
const aroundEach = (): readonly Row[] => [
  {
    label: vscode.l10n.t('The two sharpest directions'),
    detail: vscode.l10n.t(
      'The leading eigenvectors of the Hessian, with what it foretells dashed over the landscape.',
    ),
    choices: { plane: 'eigenvectors' },
  },
  {
    label: vscode.l10n.t('The two sharpest directions, with a map of sharpness'),
    detail: vscode.l10n.t(
      'The same, with the largest eigenvalue and the gradient norm at {0} × {0} places, which take longer.',
      MAP_SIDES.usual,
    ),
    choices: { plane: 'eigenvectors', map: MAP_SIDES.usual },
  },
  {
    label: vscode.l10n.t('Two random directions'),
    detail: vscode.l10n.t(
      'Scaled filter by filter (Li et al. 2018), so that pictures of different networks can be compared.',
    ),
    choices: { plane: 'random' },
  },
  {
    label: vscode.l10n.t('The sharpest direction and the gradient'),
    detail: vscode.l10n.t('Where training would go on, against where it is steepest.'),
    choices: { plane: 'gradient' },
  },
];

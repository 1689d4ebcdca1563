import path from 'node:path';
import * as vscode from 'vscode';
import { isQuickOf, type Rest, restOf, stepOf } from '../../jobs/quick';
import type { Services } from '../../services';
import { otherOf, type AnyRequest, type StoredReport } from '../../store/report-store';
import { staleness } from '../../store/staleness';
import { withCurveOf } from '../../store/with-curve';
import { exportFile } from '../export-file';
import type { Wish } from '../live-view';
import { openSettings } from '../open-settings';
import { openSource } from '../open-source';
import { COMPARE_RUN, DRAW, TRAIN_ON, rowsAccepted } from '../next-steps';
import { CHECK_DATA, INCLUDE_PENALTIES, SCALE_INPUTS, stepAccepted } from '../panel-state';

export const isAccepting = (wish: Wish, id: string): boolean => wish.type === 'accept' && wish.id === id;

/** Are other data asked for? */
export const isChoosingData = (wish: Wish): boolean =>
  wish.type === 'chooseData' || isAccepting(wish, CHECK_DATA);

/** The settings that a suggestion stands for, by their dotted keys, where one is accepted. */
export function settingsAccepted(wish: Wish): Readonly<Record<string, string | number>> | undefined {
  if (isAccepting(wish, SCALE_INPUTS)) return { 'input.scale': '1/255' };
  if (isAccepting(wish, INCLUDE_PENALTIES)) return { penalties: 'included' };
  const samples = wish.type === 'accept' ? rowsAccepted(wish.id) : undefined;
  return samples === undefined ? undefined : { samples };
}

/** Notes these settings, and the request that holds then. */
export async function noted(
  { requests }: Services,
  request: AnyRequest,
  settings: Readonly<Record<string, string | number>>,
): Promise<AnyRequest> {
  const { noteSettings } = await import('../../first-use/note-settings');
  const { samples } = settings;
  // More of the first rows, where it is the first that are taken.
  const ofFirst = samples !== undefined && typeof request.samples === 'string';
  await noteSettings(request.checkpoint, request.data, {
    ...settings,
    ...(ofFirst ? { samples: `first:${samples}` } : {}),
  });
  return withCurveOf(request, await requests.current(request.checkpoint, otherOf(request))) ?? request;
}

/** What a stored report lacks of the whole, where it is first figures. */
export const restOfStored = ({ request, report }: StoredReport, whole: AnyRequest): Rest | undefined =>
  request !== undefined && isQuickOf(request, whole)
    ? restOf(request, whole, report.checkpoint.parameters)
    : undefined;

/** Is a part of what first figures lack asked for? */
export const isStep = (wish: Wish): boolean => wish.type === 'accept' && stepAccepted(wish.id) !== undefined;

/** The part of the whole that is asked for next, where one is; the network's size is known by the figures there are. */
export function partAccepted(
  wish: Wish,
  whole: AnyRequest,
  known: StoredReport | undefined,
): AnyRequest | undefined {
  const step = wish.type === 'accept' ? stepAccepted(wish.id) : undefined;
  return step && known && stepOf(whole, known.report.checkpoint.parameters, step);
}

/** Wishes that any view of a checkpoint may have; exports are offered beside it. */
export async function common({ context }: Services, checkpoint: string, wish: Wish): Promise<void> {
  if (wish.type === 'export') await exportFile(wish, path.dirname(checkpoint), context.extensionPath);
  else if (wish.type === 'openSettings') await openSettings(checkpoint);
  else if (wish.type === 'openSource') await openSource(wish.tensor, wish.layers);
  // Shows beside which measures a rescaling of its layers moves.
  else if (wish.type === 'compare') await vscode.commands.executeCommand('landscape.compare', { checkpoint });
  else if (wish.type === 'openLandscape')
    await vscode.commands.executeCommand('landscape.surface', { checkpoint, plane: 'eigenvectors' });
  else if (isAccepting(wish, DRAW)) await vscode.commands.executeCommand('landscape.surface', { checkpoint });
  else if (isAccepting(wish, TRAIN_ON))
    await vscode.commands.executeCommand('landscape.train', { checkpoint });
  else if (isAccepting(wish, COMPARE_RUN)) await compareFolder(path.dirname(checkpoint));
  else if (wish.type === 'rescale') await vscode.commands.executeCommand('landscape.rescale', { checkpoint });
}

/** Compares the checkpoints of a folder. */
export const compareFolder = (folder: string): Thenable<unknown> =>
  vscode.commands.executeCommand('landscape.compare', vscode.Uri.file(folder));

/** {@link staleness} against what holds now. A mistake in `landscape.json` is told when something is run. */
export async function stale(services: Services, stored: StoredReport, checkpoint: string): Promise<string[]> {
  const { requests, store } = services;
  const other = stored.request && otherOf(stored.request);
  const standing = await requests.standing(checkpoint, other).catch(() => undefined);
  const now = standing && { ...standing, current: withCurveOf(stored.request, standing.current) };
  return staleness(stored, checkpoint, store.records, now);
}

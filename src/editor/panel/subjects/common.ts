import path from 'node:path';
import * as vscode from 'vscode';
import { isQuickOf, restText } from '../../jobs/quick';
import type { Services } from '../../services';
import { otherOf, type AnyRequest, type StoredReport } from '../../store/report-store';
import { staleness } from '../../store/staleness';
import { exportFile } from '../export-file';
import type { Wish } from '../live-view';
import { openSource } from '../open-source';
import { INCLUDE_PENALTIES, SCALE_INPUTS } from '../panel-state';

export const isAccepting = (wish: Wish, id: string): boolean => wish.type === 'accept' && wish.id === id;

/** The settings that a suggestion stands for, by their dotted keys, where one is accepted. */
export const settingsAccepted = (wish: Wish): Readonly<Record<string, string>> | undefined =>
  isAccepting(wish, SCALE_INPUTS)
    ? { 'input.scale': '1/255' }
    : isAccepting(wish, INCLUDE_PENALTIES)
      ? { penalties: 'included' }
      : undefined;

/** Notes these settings, and the request that holds then. */
export async function noted(
  { requests }: Services,
  request: AnyRequest,
  settings: Readonly<Record<string, string>>,
): Promise<AnyRequest> {
  const { noteSettings } = await import('../../first-use/note-settings');
  await noteSettings(request.checkpoint, request.data, settings);
  return (await requests.current(request.checkpoint, otherOf(request))) ?? request;
}

/** What a stored report lacks of the whole, where it is first figures. */
export const restOf = ({ request }: StoredReport, whole: AnyRequest): string | undefined =>
  request !== undefined && isQuickOf(request, whole) ? restText(whole) : undefined;

/** Wishes that any view of a checkpoint may have; exports are offered beside it. */
export async function common({ context }: Services, checkpoint: string, wish: Wish): Promise<void> {
  if (wish.type === 'export') await exportFile(wish, path.dirname(checkpoint), context.extensionPath);
  else if (wish.type === 'openSource') await openSource(wish.tensor, wish.layers);
  // Shows beside which measures a rescaling of its layers moves.
  else if (wish.type === 'compare') await vscode.commands.executeCommand('landscape.compare', { checkpoint });
  else if (wish.type === 'rescale') await vscode.commands.executeCommand('landscape.rescale', { checkpoint });
}

/** {@link staleness} against what holds now. A mistake in `landscape.json` is told when something is run. */
export async function stale(services: Services, stored: StoredReport, checkpoint: string): Promise<string[]> {
  const { requests, store } = services;
  const other = stored.request && otherOf(stored.request);
  const standing = await requests.standing(checkpoint, other).catch(() => undefined);
  return staleness(stored, checkpoint, store.records, standing);
}

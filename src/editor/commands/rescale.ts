import path from 'node:path';
import * as vscode from 'vscode';
import type { CheckpointIndex } from '../hover/checkpoint-index';
import type { Services } from '../services';
import { askForTargets } from './targets';

/** How far layers are scaled, as in the example of Dinh et al. (2017) that people know: enough to see what moves. */
const FACTOR = 5;

/** Dinh's test: the same function with its layers rescaled, and which measures moved. */
export async function rescale(
  services: Services,
  index: CheckpointIndex,
  args: readonly unknown[],
): Promise<void> {
  const [checkpoint] = (await askForTargets(services, index, args)) ?? [];
  if (checkpoint === undefined) return;
  const request = await services.requests.make(checkpoint);
  if (request === undefined || 'other' in request) return;
  const title = vscode.l10n.t('{0} rescaled', path.basename(checkpoint));
  services.documents.run(
    { method: 'rescale', params: { ...request, measures: request.measures || true, factor: FACTOR } },
    title,
  );
}

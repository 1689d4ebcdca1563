import path from 'node:path';
import * as vscode from 'vscode';
import { withNetwork } from '../own-code/with-network';
import type { Services } from '../services';
import { beginDocument } from './begin';
import { askForTargets } from './targets';

/** How far layers are scaled, as in the example of Dinh et al. (2017) that people know: enough to see what moves. */
const FACTOR = 5;

/** Dinh's test: the same function with its layers rescaled, and which measures moved. */
export async function rescale(services: Services, args: readonly unknown[]): Promise<void> {
  const [checkpoint] = (await askForTargets(services, args)) ?? [];
  if (checkpoint === undefined) return;
  await withNetwork(services, [checkpoint], async () => {
    const request = await services.requests.make(checkpoint);
    if (request === undefined || 'other' in request) return;
    const title = vscode.l10n.t('{0} rescaled', path.basename(checkpoint));
    const params = { ...request, measures: request.measures || true, factor: FACTOR };
    beginDocument(services, { request: { method: 'rescale', params }, title });
  });
}

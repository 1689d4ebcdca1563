import * as vscode from 'vscode';
import { UserError } from '../../core/errors';
import { withNetwork } from '../own-code/with-network';
import type { Services } from '../services';
import type { AnyRequest } from '../store/report-store';
import { begin } from './begin';
import { pickCheckpoint, targetsOf } from './targets';

/** The loss between two checkpoints: the first one selected is t = 0. What is not selected is asked for. */
export const interpolate = (services: Services, args: readonly unknown[]): Promise<void> =>
  beginLine(services, args, (request) => request);

/** Begins with the line between the two that are selected or chosen, as `wanted` makes of its request. */
export async function beginLine(
  services: Services,
  args: readonly unknown[],
  wanted: (request: AnyRequest) => AnyRequest,
): Promise<void> {
  const targets = await targetsOf(services, args);
  if (targets.length > 2) {
    throw new UserError(
      vscode.l10n.t('Select two checkpoints to interpolate between, not {0}.', targets.length),
    );
  }
  const first = targets[0] ?? (await pickCheckpoint(services, vscode.l10n.t('Interpolate from (t = 0)'), []));
  if (first === undefined) return;
  const second =
    targets[1] ?? (await pickCheckpoint(services, vscode.l10n.t('Interpolate to (t = 1)'), [first]));
  if (second === undefined) return;
  await withNetwork(services, [first, second], async () => {
    const request = await services.requests.make(first, second);
    if (request !== undefined) await begin(services, wanted(request), true);
  });
}

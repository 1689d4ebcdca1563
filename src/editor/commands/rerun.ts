import * as vscode from 'vscode';
import { UserError } from '../../core/errors';
import { checkpointsOf } from '../panel/about';
import type { Services } from '../services';
import { reveal } from './begin';
import { requestOf, targetsOf } from './targets';

/** Measures again, by the settings that hold now, whatever is stored. */
export async function rerun(services: Services, args: readonly unknown[]): Promise<void> {
  const { requests, queue } = services;
  const [checkpoint, other] = await subject(services, args);
  if (checkpoint === undefined) {
    throw new UserError(
      vscode.l10n.t('There is nothing to run again: open a panel of Landscape or a checkpoint first.'),
    );
  }
  const request = await requests.make(checkpoint, other);
  if (request === undefined) return;
  queue.add(request);
  reveal(services, request);
}

async function subject(
  services: Services,
  args: readonly unknown[],
): Promise<readonly (string | undefined)[]> {
  const about = requestOf(args[0]) ?? (args.length === 0 ? services.panels.active : undefined);
  return about === undefined ? [(await targetsOf(services, args))[0]] : checkpointsOf(about);
}

import * as vscode from 'vscode';
import { messageOf, UserError } from '../../core/errors';
import type { Services } from '../services';
import { begin } from './begin';
import { askForTargets } from './targets';

/**
 * Analyzes all selected checkpoints, one after the other. The first one's panel opens, the rest wait in the tree. One
 * that cannot be analyzed holds up no other; dismissing a question ends the rest.
 * @throws UserError that says what is wrong with each that was left out.
 */
export async function analyze(services: Services, args: readonly unknown[]): Promise<void> {
  const targets = (await askForTargets(services, args)) ?? [];
  if (targets.length > 1) void vscode.commands.executeCommand('landscape.runs.focus');
  const mistakes = new Set<string>();
  let shown = false;
  for (const checkpoint of targets) {
    try {
      const request = await services.requests.make(checkpoint);
      if (request === undefined) break;
      await begin(services, request, !shown);
      shown = true;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      mistakes.add(messageOf(error));
    }
  }
  // Several files under one landscape.json have one mistake.
  if (mistakes.size > 0) throw new UserError([...mistakes].join(' '));
}

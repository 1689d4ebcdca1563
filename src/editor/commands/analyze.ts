import * as vscode from 'vscode';
import type { CheckpointIndex } from '../hover/checkpoint-index';
import type { Services } from '../services';
import { begin } from './begin';
import { askForTargets } from './targets';

/** Analyzes all selected checkpoints, one after the other. The first one's panel opens, the rest wait in the tree. */
export async function analyze(
  services: Services,
  index: CheckpointIndex,
  args: readonly unknown[],
): Promise<void> {
  const targets = (await askForTargets(services, index, args)) ?? [];
  if (targets.length > 1) void vscode.commands.executeCommand('landscape.runs.focus');
  for (const [position, checkpoint] of targets.entries()) {
    const request = await services.requests.make(checkpoint);
    if (request === undefined) return;
    await begin(services, request, position === 0);
  }
}

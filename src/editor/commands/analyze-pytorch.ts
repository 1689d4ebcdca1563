import * as vscode from 'vscode';
import { isPytorchName } from '../../contract/checkpoint-names';
import { withNetwork, withoutNetwork } from '../own-code/with-network';
import type { Services } from '../services';
import { analyze } from './analyze';

/**
 * Analyzes weights of PyTorch, once their network is known.
 * @param args what was clicked and selected in the explorer, or `{ checkpoint }` from a hover
 * @throws RemediableError as {@link withNetwork}
 */
export async function analyzePytorch(services: Services, args: readonly unknown[]): Promise<void> {
  const files = weightsOf(args);
  for (const checkpoint of files)
    await withNetwork(services, [checkpoint], () => analyze(services, [{ checkpoint }]));
  if (files.length === 0) throw withoutNetwork(vscode.l10n.t('This file'), []);
}

function weightsOf([clicked, selected]: readonly unknown[]): string[] {
  if (typeof clicked === 'object' && clicked !== null && 'checkpoint' in clicked)
    return typeof clicked.checkpoint === 'string' ? [clicked.checkpoint] : [];
  const all: unknown[] = Array.isArray(selected) ? selected : [clicked];
  return all.flatMap((each) => (each instanceof vscode.Uri && isPytorchName(each.path) ? [each.fsPath] : []));
}

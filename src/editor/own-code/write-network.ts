import path from 'node:path';
import * as vscode from 'vscode';
import { type HandOverRequest, exportAnswerSchema } from '../../contract/hand-over';
import type { Engine } from '../../engine/client';
import { exportCommand, exportPathOf } from '../../python/command';
import type { RankedNetwork } from '../../python/networks';
import type { ChosenCode } from './ask-arguments';
import { withConsent } from './with-consent';

/** What is written by the person's Python: of which code, for which weights and data. */
export interface NetworkToWrite {
  readonly chosen: ChosenCode<RankedNetwork>;
  readonly handedOver: Required<Pick<HandOverRequest, 'checkpoint' | 'data' | 'choices'>> &
    Pick<HandOverRequest, 'weights'>;
  /** Whether there is other code to choose. */
  readonly hasOthers: boolean;
}

/**
 * Shows the command that writes the network of a checkpoint and, after a yes, runs it in a terminal in sight.
 * @param dist the folder of the bundles
 * @returns the file that was written, or that other code is wanted; undefined when dismissed
 * @throws UserError that says what went wrong there
 */
export async function writeNetwork(
  engine: Engine,
  dist: string,
  { chosen: { code: network, args }, handedOver, hasOthers }: NetworkToWrite,
): Promise<{ readonly model: string } | 'other' | undefined> {
  const { checkpoint } = handedOver;
  const name = path.basename(checkpoint);
  const model = exportPathOf(checkpoint);
  const done = await withConsent({
    code: network,
    schema: exportAnswerSchema,
    command: ({ interpreter, code, folder, result }) =>
      exportCommand({
        ...{ interpreter, dist, args, result, out: model, model: code },
        weights: path.join(folder, 'weights.safetensors'),
        example: path.join(folder, 'rows.safetensors'),
      }),
    prepare: (folder) => engine.request('handOver', { ...handedOver, folder }, { what: `reading ${name}` }),
    question: vscode.l10n.t('Let your Python write the network of {0}?', name),
    detail: vscode.l10n.t(
      'It executes the imports, classes, functions and constants of {0}, not what else it does, and writes {1}. The weights are handed over without a pickle.',
      vscode.workspace.asRelativePath(network.file),
      vscode.workspace.asRelativePath(model),
    ),
    terminal: vscode.l10n.t('network of {0}', name),
    other: hasOthers ? vscode.l10n.t('Another Class…') : undefined,
  });
  return typeof done === 'object' ? { model } : done;
}

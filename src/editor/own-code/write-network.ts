import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { type HandOverRequest, exportAnswerSchema } from '../../contract/hand-over';
import { CancelledError } from '../../core/errors';
import type { Engine } from '../../engine/client';
import { answerOf } from '../../python/answer';
import { commandLine, exportCommand, exportPathOf } from '../../python/command';
import type { ChosenNetwork } from './ask-network';
import { interpreterOf } from './interpreter';
import { runInTerminal } from './run-in-terminal';

/** What is written by the person's Python: of which code, for which weights and data. */
export interface NetworkToWrite {
  readonly chosen: ChosenNetwork;
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
  { chosen: { network, args }, handedOver, hasOthers }: NetworkToWrite,
): Promise<{ readonly model: string } | 'other' | undefined> {
  const { checkpoint } = handedOver;
  const folder = await mkdtemp(path.join(tmpdir(), 'landscape-'));
  const result = path.join(folder, 'answer.json');
  const root = folderOf(network.file);
  const model = exportPathOf(checkpoint);
  const command = exportCommand({
    ...{ interpreter: await interpreterOf(network.file), dist, args, result, out: model },
    model: `${path.relative(root, network.file).split(path.sep).join('/')}:${network.name}`,
    weights: path.join(folder, 'weights.safetensors'),
    example: path.join(folder, 'rows.safetensors'),
  });
  try {
    const answer = await consent(network.file, checkpoint, commandLine(command), hasOthers);
    if (answer !== 'run') return answer;
    const name = path.basename(checkpoint);
    await engine.request('handOver', { ...handedOver, folder }, { what: `reading ${name}` });
    const code = await runInTerminal(command, root, vscode.l10n.t('network of {0}', name));
    const text = await readFile(result, 'utf8').catch(() => '');
    if (text === '' && code === undefined) throw new CancelledError();
    answerOf(exportAnswerSchema, text, { interpreter: command[0], code });
    return { model };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The folder that the command is run in: that of the workspace, where the code's own imports begin. */
const folderOf = (file: string): string =>
  vscode.workspace.getWorkspaceFolder(vscode.Uri.file(file))?.uri.fsPath ?? path.dirname(file);

/** Nothing of anybody's is run without a yes to the very command. */
async function consent(
  file: string,
  checkpoint: string,
  line: string,
  hasOthers: boolean,
): Promise<'run' | 'other' | undefined> {
  const run = vscode.l10n.t('Run It');
  const other = vscode.l10n.t('Another Class…');
  const picked = await vscode.window.showInformationMessage(
    vscode.l10n.t('Let your Python write the network of {0}?', path.basename(checkpoint)),
    {
      modal: true,
      detail: vscode.l10n.t(
        'It executes the imports, classes, functions and constants of {0}, not what else it does, and writes {1}. The weights are handed over without a pickle.\n\n{2}',
        vscode.workspace.asRelativePath(file),
        vscode.workspace.asRelativePath(exportPathOf(checkpoint)),
        line,
      ),
    },
    ...(hasOthers ? [run, other] : [run]),
  );
  return picked === run ? 'run' : picked === other ? 'other' : undefined;
}

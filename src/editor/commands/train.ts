import path from 'node:path';
import * as vscode from 'vscode';
import type { RunFile } from '../../contract/run-file';
import type { Services } from '../services';
import { saveOpen } from '../save-open';
import { chooseFolder } from '../training/choose-folder';
import { goingOn } from '../training/going-on';
import { runOf } from '../training/held-run';
import { pickRunFile } from '../training/pick-run-file';
import { tensorflowPathOf } from '../configuration';
import { beginDocument } from './begin';

/**
 * Trains by a run file: the one clicked or open, else one that is picked or made. Checkpoints go beside it, or where the
 * person says. From a checkpoint of a run that run goes on.
 */
export async function train(services: Services, [argument]: readonly unknown[]): Promise<void> {
  const run = isCheckpoint(argument) ? runOf(argument.checkpoint) : undefined;
  if (isCheckpoint(argument) && run !== undefined) return goOn(services, argument.checkpoint, run);
  await byFile(services, argument);
}

const isCheckpoint = (argument: unknown): argument is { readonly checkpoint: string } =>
  typeof argument === 'object' && argument !== null && 'checkpoint' in argument;

/** The run in this folder goes on: by its own description where it has not ended, else from the checkpoint, as is asked. */
async function goOn(services: Services, checkpoint: string, folder: string): Promise<void> {
  const next = await goingOn(checkpoint, folder);
  if (next) begin(services, { ...next, name: next.run.title ?? path.basename(next.out), of: folder });
}

async function byFile(services: Services, argument: unknown): Promise<void> {
  const file = argument instanceof vscode.Uri ? argument.fsPath : await pickRunFile(services.engine);
  if (file === undefined) return;
  await saveOpen(file);
  const { readRunFile, runFolder, runName } = await import('../../settings/read-run-file');
  const run = await readRunFile(file);
  const name = runName(file);
  const out = await chooseFolder(services, runFolder(file), run);
  if (out === undefined) return;
  begin(services, { run, name: run.title ?? name, of: file, out }, name);
}

interface Run {
  readonly run: RunFile;
  readonly name: string;
  /** What says so: the run file, or the folder of the run that goes on. */
  readonly of: string;
  readonly out: string;
}

function begin(services: Services, { run, name, of, out }: Run, title = name): void {
  const tensorflowPath = tensorflowPathOf(of);
  const params = {
    ...{ run, name, file: vscode.workspace.asRelativePath(of), out, resume: true },
    ...(tensorflowPath ? { tensorflowPath } : {}),
  };
  beginDocument(services, {
    request: { method: 'train', params },
    title: vscode.l10n.t('Training: {0}', title),
  });
}

import path from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../../core/errors';
import { contentsText } from '../../wording/contents-text';
import { isMeasuredName } from '../../contract/checkpoint-names';
import { copyOf, type Copy } from '../copy-of';
import { committedUri } from '../git/committed';
import { figuresBeside } from '../git/figures-beside';
import { measuredBoth } from '../git/measured-both';
import type { Services } from '../services';
import { beginDocument } from './begin';
import type { ContentsDocuments } from './show-contents';
import { askForTargets } from './targets';

/**
 * What of a checkpoint has changed since it was committed: its layers and tensors with their norms, and the figures of both
 * where both were measured; else they can be.
 * @throws UserError where git does not know the file
 */
export async function compareWithHead(
  services: Services,
  documents: Pick<ContentsDocuments, 'show'>,
  args: readonly unknown[],
): Promise<void> {
  const checkpoint = (await askForTargets(services, args))?.[0];
  if (checkpoint === undefined || !isMeasuredName(checkpoint)) return;
  const name = path.basename(checkpoint);
  const committed = await copyOfCommitted(services, checkpoint);
  const what = `reading ${name}`;
  const shown = await services.engine.request('show', { files: [committed.path, checkpoint] }, { what });
  const [before, now] = [`${name} (HEAD)`, vscode.l10n.t('{0} (now)', name)];
  const [then, since] = await measuredBoth(services, committed.path, checkpoint);
  const text = [
    vscode.l10n.t('{0}: HEAD against now', vscode.workspace.asRelativePath(checkpoint)),
    '',
    ...figuresBeside(then?.report, since?.report),
    '',
    contentsText({
      files: shown.files.map((file, i) => ({ ...file, path: i === 0 ? before : now })),
      differences: shown.differences.map((difference) => ({ ...difference, path: now })),
    }),
  ].join('\n');
  await documents.show(`${name} (HEAD, now).txt`, text);
  const removed = () => void committed.remove().catch(() => undefined);
  if (then !== undefined && since !== undefined) return removed();
  // Nothing waits for the answer: the message may stay as long as it likes.
  void offerToMeasure(services, [committed.path, checkpoint], name).then(
    (isMeasuring) => isMeasuring || removed(),
  );
}

async function copyOfCommitted({ context }: Services, checkpoint: string): Promise<Copy> {
  const uri = await committedUri(checkpoint);
  const name = path.basename(checkpoint);
  const bytes = await vscode.workspace.fs.readFile(uri).then(
    (found) => found,
    () => undefined,
  );
  if (bytes === undefined)
    throw new UserError(vscode.l10n.t('{0} is not in the last commit of its repository.', checkpoint));
  // Apart from those of editors, which go when these are closed.
  const folder = path.join(context.globalStorageUri.fsPath, 'committed');
  return copyOf({ uri: uri.toString(), name }, bytes, folder);
}

/** Measures both alike where the person wants it. */
async function offerToMeasure(
  services: Services,
  checkpoints: readonly string[],
  name: string,
): Promise<boolean> {
  const measure = vscode.l10n.t('Measure Both');
  const text = vscode.l10n.t(
    '{0} at HEAD and as it is now have not both been measured by the settings that hold.',
    name,
  );
  if ((await vscode.window.showInformationMessage(text, measure)) !== measure) return false;
  const request = await services.requests.make(checkpoints[1]);
  if (request === undefined) return false;
  const { compareRequest } = await import('../../settings/merge');
  const { trained: _, checkpoint: __, ...settings } = request;
  const title = vscode.l10n.t('{0}: HEAD against now', name);
  const params = compareRequest(
    checkpoints,
    { ...settings, measures: settings.measures || true },
    { title, barriers: false, members: labelled(checkpoints) },
  );
  beginDocument(services, { request: { method: 'compare', params }, title });
  return true;
}

/** Their paths say where the copy lies, which nobody asked for. */
const labelled = ([committed, now]: readonly string[]) => [
  { path: committed, label: 'HEAD', run: 'HEAD', hyperparameters: {} },
  { path: now, label: 'now', run: 'now', hyperparameters: {} },
];

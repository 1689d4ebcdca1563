import path from 'node:path';
import * as vscode from 'vscode';
import type { PanelDocument } from '../../../contract/panel-protocol';
import { begin } from '../../commands/begin';
import { folderOf } from '../../documents/document-request';
import { memberRequest } from '../../documents/member-requests';
import { isDocumentJob, keyOf, type DocumentAsked } from '../../jobs/job';
import type { Services } from '../../services';
import { exportFile } from '../export-file';
import { NOTHING, type Subject } from '../live-view';
import { ANALYZE_LAST, COMPARE_RUN, DRAW_PATH } from '../next-steps';
import { compareFolder } from './common';

/** The subject of a panel of a document, all of which its job holds: what it found, or an earlier window. */
export function documentSubject(services: Services, about: DocumentAsked): Subject {
  const { queue, context } = services;
  const key = keyOf(about);
  return {
    view: 'document',
    title: about.title,
    about,
    settable: false,
    matches: (job) => job.key === key,
    load: () => Promise.resolve(NOTHING),
    async handle(wish) {
      const job = queue.latest(key);
      if (job === undefined || !isDocumentJob(job)) return;
      const { request } = job.asked;
      if (wish.type === 'rerun') queue.add(job.asked);
      else if (wish.type === 'openMember') {
        const member = memberRequest(request, job.found, wish.index);
        if (member !== undefined) await begin(services, member, true);
      } else if (wish.type === 'openFile')
        await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(wish.file));
      else if (wish.type === 'analyzeFile') {
        // A history names its checkpoints from its own folder.
        const checkpoint = path.resolve(folderOf(request), wish.file);
        await vscode.commands.executeCommand('landscape.analyze', { checkpoint });
      } else if (wish.type === 'accept') await goOn(wish.id, folderOf(request), job.found);
      else if (wish.type === 'export') await exportFile(wish, folderOf(request), context.extensionPath);
    },
  };
}

/** What is chosen of the offers after a run of training: its checkpoints lie in the folder of the last one. */
async function goOn(id: string, out: string, document: PanelDocument | undefined): Promise<void> {
  if (document?.kind !== 'training') return;
  const last = document.epochs.flatMap(({ checkpoint }) => checkpoint ?? []).at(-1);
  if (last === undefined) return;
  const checkpoint = path.resolve(out, last);
  const folder = path.dirname(checkpoint);
  if (id === ANALYZE_LAST) await vscode.commands.executeCommand('landscape.analyze', { checkpoint });
  else if (id === COMPARE_RUN) await compareFolder(folder);
  else if (id === DRAW_PATH) await vscode.commands.executeCommand('landscape.path', vscode.Uri.file(folder));
}

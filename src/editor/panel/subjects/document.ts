import path from 'node:path';
import * as vscode from 'vscode';
import { begin } from '../../commands/begin';
import { folderOf } from '../../documents/document-request';
import { memberRequest } from '../../documents/member-requests';
import { isDocumentJob, keyOf, type DocumentAsked } from '../../jobs/job';
import type { Services } from '../../services';
import { exportFile } from '../export-file';
import { NOTHING, type Subject } from '../live-view';

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
      } else if (wish.type === 'export') await exportFile(wish, folderOf(request), context.extensionPath);
    },
  };
}

import path from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { ShownFile } from '../../../contract/contents';
import type { FileStamp } from '../../../contract/file-stamp';
import type { Offer } from '../../../contract/panel-protocol';
import { messageOf } from '../../../core/errors';
import { isPytorchName } from '../../../contract/checkpoint-names';
import type { Services } from '../../services';
import { changedSince, stampOf } from '../../store/file-records';
import { NOTHING, type StoredFacts, type Subject, type Wish } from '../live-view';
import { type Copied, checkpointSubject } from './checkpoint';

/** What the tensors are shown without, where it takes longer: the weights read whole, and whether their network is known. */
const PATIENCE = 700;

/**
 * The subject of the read-only editor of a file that may hold no network: what is inside, and what can be done next. Of weights
 * whose network is known it is that of a checkpoint, too.
 */
export function contentsSubject(services: Services, file: string, copied?: Copied): Subject {
  const base = checkpointSubject(services, file, copied);
  const inside = contentsOf(services, file);
  let isLate = false;
  const network = async (again: () => void): Promise<StoredFacts | undefined> => {
    const asked = base.load(again).catch(() => NOTHING);
    if (isLate) return asked;
    const found = await Promise.race([asked, after(PATIENCE, undefined, { ref: false })]);
    if (found !== undefined) return found;
    isLate = true;
    void asked.then(again);
    return undefined;
  };
  return {
    ...base,
    async load(again) {
      let contents: ShownFile;
      try {
        contents = await inside();
      } catch (error) {
        return { ...NOTHING, problem: messageOf(error), next: copied ? [] : [elsewhere] };
      }
      // Arrays have no network; whether tensors have one their names and landscape.json say.
      if (!isPytorchName(file)) return { ...NOTHING, contents };
      const known = await network(again);
      if (known === undefined) return { ...NOTHING, contents };
      const isKnown = known.summary !== undefined && known.summary.refusal === undefined;
      const mayAct = !copied && !isKnown && contents.weightsAlone;
      return { ...known, contents, next: mayAct ? [await nextSteps(services, file)] : known.next };
    },
    async handle(wish) {
      const act = wish.type === 'accept' ? ACTIONS[wish.id] : undefined;
      if (act) await act(services, file);
      else await base.handle(wish);
    },
  };
}

/** What is inside, read once for each state of the file. */
function contentsOf({ engine }: Pick<Services, 'engine'>, file: string): () => Promise<ShownFile> {
  let known: { readonly stamp: FileStamp; readonly contents: ShownFile } | undefined;
  return async () => {
    if (known && (await changedSince([known.stamp])) === undefined) return known.contents;
    const stamp = await stampOf(file);
    const what = `reading ${path.basename(file)}`;
    const { files } = await engine.request('show', { files: [file] }, { what });
    if (stamp) known = { stamp, contents: files[0] };
    return files[0];
  };
}

const FIND = 'find-model';
const CHOOSE = 'choose-network';
const COPY = 'copy-model-lines';
const OPEN = 'open-otherwise';

const ACTIONS: Readonly<
  Partial<Record<Extract<Wish, { type: 'accept' }>['id'], (services: Services, file: string) => unknown>>
> = {
  [FIND]: (_, checkpoint) => vscode.commands.executeCommand('landscape.findModel', { checkpoint }),
  [CHOOSE]: async (services, checkpoint) => {
    const { chooseNetwork, networksFor } = await import('../../own-code/choose-network');
    await chooseNetwork(services, checkpoint, await networksFor(services, checkpoint));
  },
  [COPY]: () => vscode.commands.executeCommand('landscape.copyModelLines'),
  [OPEN]: () => vscode.commands.executeCommand('workbench.action.reopenWithEditor'),
};

/** Files of such names may be something else altogether. */
const elsewhere: Offer = {
  kind: 'note',
  text: vscode.l10n.t('It may be a file of another program.'),
  actions: [{ id: OPEN, label: vscode.l10n.t('Open With…') }],
};

/** How weights get their network, by what there is here. */
async function nextSteps(services: Services, weights: string): Promise<Offer> {
  const { hasCode } = await import('../../own-code/workspace-code');
  const { networksFor } = await import('../../own-code/choose-network');
  const [isInCode, networks] = await Promise.all([hasCode(), networksFor(services, weights)]);
  return {
    kind: 'note',
    text: vscode.l10n.t(
      'Weights alone: curvature is that of a network, which is in your code or in a .pt2 or .onnx that was made of it.',
    ),
    actions: [
      ...(isInCode ? [{ id: FIND, label: vscode.l10n.t('Find the Model in My Code…') }] : []),
      ...(networks.length > 0 ? [{ id: CHOOSE, label: vscode.l10n.t('Choose Its Network…') }] : []),
      { id: COPY, label: vscode.l10n.t('Copy the Lines That Save It') },
    ],
  };
}

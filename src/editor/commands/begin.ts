import type { PanelDocument } from '../../contract/panel-protocol';
import type { DocumentAsked } from '../jobs/job';
import { isInEditor } from '../panel/in-editor';
import type { Services } from '../services';
import { otherOf, type AnyRequest, type HashFile } from '../store/report-store';

/** What the index does not know is read by the run, where it is seen and can be cancelled. */
const unread: HashFile = (file) => Promise.reject(new Error(`${file} is not in the index.`));

/**
 * Runs a request unless its result is known already: the same contents under the same settings give the same
 * digits. `show` opens its panel either way, unless the checkpoint's editor is on screen and shows the same.
 */
export async function begin(services: Services, request: AnyRequest, show: boolean): Promise<void> {
  const { store, queue } = services;
  const known = await store.find(request, unread).catch(() => undefined);
  if (known === undefined) queue.add(request, { reuse: true });
  if (!show) return;
  // The editor shows the newest run or report, which need not be the one asked for.
  const newest = known === undefined ? undefined : await store.latest(request.checkpoint);
  reveal(services, request, known?.path === newest?.path);
}

/** Begins with a document, or goes on with it, and shows its panel. */
export function beginDocument({ queue, panels }: Services, asked: DocumentAsked): void {
  queue.add(asked);
  panels.show(asked);
}

/** Shows a document that an earlier window or another program made. */
export function openDocument(
  { queue, panels }: Services,
  { document, ...asked }: DocumentAsked & { readonly document: PanelDocument | undefined },
): void {
  queue.open(asked, document);
  panels.show(asked);
}

/** Shows a request: in the checkpoint's editor where that is on screen and `asNewest`, else in its panel. */
export function reveal({ panels }: Services, request: AnyRequest, asNewest = true): void {
  const inEditor = asNewest && otherOf(request) === undefined && isInEditor(request.checkpoint);
  if (!inEditor) panels.show(request);
}

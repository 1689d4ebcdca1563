import type { PanelDocument, PanelState } from '../../src/contract/panel-protocol';

/** A part of the page for one kind of document; hidden by its page for the others. */
export interface DocumentPart<D extends PanelDocument> {
  readonly element: HTMLElement;
  update(document: D, state: PanelState): void;
}

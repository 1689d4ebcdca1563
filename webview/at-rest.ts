import type { PanelState } from '../src/contract/panel-protocol';

/**
 * A state that was kept while a job was under way, as it is shown before the host has said what is: the job may have ended
 * since, and a bar that stands at 40 % beside "Cancel" would say that it goes on.
 */
export function atRest(state: PanelState): PanelState {
  const { status } = state.job;
  return status === 'running' || status === 'queued' ? { ...state, job: { status: 'idle' } } : state;
}

/** A state as the page keeps it for a reload: the directions of pictures come again with the host's own. */
export function lightly(state: PanelState): PanelState {
  const { document } = state;
  if (document?.kind !== 'surface') return state;
  const pictures = document.pictures.map((picture) => ({ ...picture, span: undefined }));
  return { ...state, document: { ...document, pictures } };
}

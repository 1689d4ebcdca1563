import type { PanelMessage, PanelState, SavedState } from '../src/contract/panel-protocol';

/** What the page runs in: the editor's webview, or a browser that opened a page of its own. */
export interface Host {
  /** A page that stands alone has no analysis to start and no code to open. */
  readonly interactive: boolean;
  post(message: PanelMessage): void;
  load(): SavedState | undefined;
  save(state: SavedState): void;
}

interface WebviewApi {
  postMessage(message: PanelMessage): void;
  getState(): SavedState | undefined;
  setState(state: SavedState): void;
}
declare function acquireVsCodeApi(): WebviewApi;

/** The editor around a webview. May be called once: the editor hands its interface out a single time. */
export function editorHost(): Host {
  const api = acquireVsCodeApi();
  return {
    interactive: true,
    post: (message) => api.postMessage(message),
    load: () => api.getState(),
    save: (state) => api.setState(state),
  };
}

/** A browser around a page that carries its own state: exports are downloads, everything else is silent. */
export function pageHost(panel: PanelState): Host {
  return {
    interactive: false,
    post: (message) => {
      if (message.type === 'error') console.error(message.message);
      if (message.type !== 'export') return;
      const content =
        message.encoding === 'base64'
          ? Uint8Array.from(atob(message.content), (character) => character.charCodeAt(0))
          : message.content;
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob([content]));
      link.download = message.name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    },
    load: () => ({ panel, ui: {} }),
    save: () => undefined,
  };
}

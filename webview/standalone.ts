import type { PanelState } from '../src/contract/panel-protocol';
import { type Host, pageHost } from './host';

/** The host of a page that stands alone, if this is one: its state lies in an element of the page. */
export function standaloneHost(): Host | undefined {
  const element = document.getElementById('landscape-state');
  if (!element) return undefined;
  followColorScheme();
  return pageHost(JSON.parse(element.textContent ?? '') as PanelState);
}

/** Names the theme on the body as the editor does, which is what the controls watch. */
function followColorScheme(): void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const apply = () => {
    document.body.classList.toggle('vscode-dark', dark.matches);
    document.body.classList.toggle('vscode-light', !dark.matches);
  };
  dark.addEventListener('change', apply);
  apply();
}

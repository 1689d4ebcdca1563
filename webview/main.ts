import './styles/main.css';
import { atRest, lightly } from './at-rest';
import type { HostMessage, PanelState } from '../src/contract/panel-protocol';
import type { Context, UiState } from './context';
import { registerControls } from './controls';
import { h } from './dom';
import { exportName } from './file-name';
import { editorHost } from './host';
import { panel } from './panel';
import { reliefLoader } from './relief/load';
import { standaloneHost } from './standalone';

// Wiring: the host's states go in, the person's wishes go out.

const host = standaloneHost() ?? editorHost();
const saved = host.load();
const choices: Record<string, unknown> = { ...saved?.ui };
let current: PanelState | undefined = saved?.panel && atRest(saved.panel);

const reportError = (message: string) => host.post({ type: 'error', message });
window.addEventListener('error', (event) => reportError(event.message));
window.addEventListener('unhandledrejection', (event) => reportError(String(event.reason)));

const keep = () => host.save({ panel: current && lightly(current), ui: choices });

const ui: UiState = {
  get: <T>(key: string, fallback: T) => (key in choices ? (choices[key] as T) : fallback),
  set: (key, value) => {
    choices[key] = value;
    keep();
  },
};

const live = h('div', { class: 'visually-hidden', 'aria-live': 'polite' });
const context: Context = {
  host,
  ui,
  relief: reliefLoader(document.currentScript),
  announce: (text) => {
    live.textContent = text;
  },
  save: (part, format, content, encoding = 'utf8') =>
    host.post({ type: 'export', format, name: exportName(current, part, format), content, encoding }),
};

// Paper is light, whatever the theme, and what draws itself in colours that it has read draws anew.
const onPaper = (is: boolean) => document.documentElement.classList.toggle('paper', is);
window.addEventListener('beforeprint', () => onPaper(true));
window.addEventListener('afterprint', () => onPaper(false));

registerControls();
const page = panel(context);
document.getElementById('landscape')?.append(page.element, live);

function show(state: PanelState): void {
  current = state;
  try {
    page.update(state);
  } catch (error) {
    reportError(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  keep();
}

if (current) show(current);
window.addEventListener('message', (event: MessageEvent<HostMessage>) => {
  if (event.data?.type === 'state') show(event.data.state);
  else if (event.data?.type === 'reveal') page.reveal(event.data.tensor);
});
host.post({ type: 'ready' });

import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { PanelMessage, PanelState } from '../../../src/contract/panel-protocol';
import { standaloneHtml } from '../../../src/wording/panel-html';
import { repository } from './paths';

const built = (name: string) => readFileSync(path.join(repository, 'dist', 'webview', name), 'utf8');

export type PageTheme = keyof typeof CHARTS;

export interface PageOptions {
  /** The panel as the editor shows it, or the page of `--html`. */
  readonly as: 'panel' | 'html';
  readonly width: number;
  readonly height?: number;
  readonly theme?: PageTheme;
}

/**
 * Shows a state of the panel in a bare browser: as the page that stands alone, or with a stand-in for the editor that
 * keeps what the page says to it.
 */
export async function openPage(browser: Browser, state: PanelState, options: PageOptions): Promise<Page> {
  const { as, width, height = 900, theme = 'light' } = options;
  const page = await browser.newPage({
    viewport: { width, height },
    colorScheme: isLight(theme) ? 'light' : 'dark',
  });
  const script = built('main.js');
  const html = standaloneHtml({ script, relief: built('relief.js'), style: built('main.css'), state });
  // The editor's page has no state of its own; it says that it is ready, and is told.
  const panel = html
    .replace(/<script type="application\/json"[\s\S]*?<\/script>/, '')
    .replace('<main', `<style>${themeOf(theme)}</style><script>${EDITOR}</script><main`);
  await page.setContent(as === 'html' ? html : panel);
  if (as === 'panel') {
    await page.evaluate((classes) => document.body.classList.add(...classes), BODIES[theme]);
    await page.evaluate((sent) => window.postMessage({ type: 'state', state: sent }, '*'), state);
  }
  await page.locator('h1').filter({ visible: true }).first().waitFor();
  // Sizes are watched: what they lead to is drawn within two frames.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  return page;
}

/** Stands in for the editor: what the page says to it is kept. */
export const EDITOR = `window.said = []; window.acquireVsCodeApi = () => ({
  postMessage: (message) => window.said.push(message), getState: () => undefined, setState: () => undefined });`;

/** What the page has said to its editor. */
export const saidBy = (page: Page): Promise<PanelMessage[]> =>
  page.evaluate(() => (window as unknown as { said: PanelMessage[] }).said);

/** The chart colours of VS Code's default themes, whose light ones are too pale for small words. */
const CHARTS = {
  light: {
    blue: '#1a85ff',
    red: '#e51400',
    orange: '#d18616',
    green: '#388a34',
    purple: '#652d90',
    yellow: '#bf8803',
  },
  dark: {
    blue: '#3794ff',
    red: '#f14c4c',
    orange: '#d18616',
    green: '#89d185',
    purple: '#b180d7',
    yellow: '#cca700',
  },
  contrast: {
    blue: '#59a4f9',
    red: '#f48771',
    orange: '#ab5a00',
    green: '#89d185',
    purple: '#b180d7',
    yellow: '#ffd370',
  },
  contrastLight: {
    blue: '#0063d3',
    red: '#b5200d',
    orange: '#0f4a85',
    green: '#374e06',
    purple: '#652d90',
    yellow: '#895503',
  },
} as const;

const BODIES: Readonly<Record<PageTheme, string[]>> = {
  light: ['vscode-light'],
  dark: ['vscode-dark'],
  contrast: ['vscode-high-contrast'],
  contrastLight: ['vscode-high-contrast', 'vscode-high-contrast-light'],
};

const isLight = (theme: PageTheme): boolean => theme === 'light' || theme === 'contrastLight';

function themeOf(theme: PageTheme): string {
  const lines = isLight(theme) ? '#3b3b3b80' : '#cccccc80';
  const colours = Object.entries({ ...CHARTS[theme], lines });
  const variables = colours.map(([name, colour]) => `--vscode-charts-${name}: ${colour};`).join(' ');
  return `:root.standalone { ${variables} } .standalone .panel { max-width: none }`;
}

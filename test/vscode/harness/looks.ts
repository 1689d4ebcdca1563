import assert from 'node:assert/strict';
import type { Panel } from './panel';
import { until } from './processes';
import { type Theme, type Workbench, allThemes } from './workbench';

const bodyClasses = { dark: 'vscode-dark', light: 'vscode-light', contrast: 'vscode-high-contrast' } as const;

/** Switches the theme, and waits until the webview wears it. */
export async function wear(editor: Workbench, panel: Panel, theme: Theme): Promise<void> {
  await editor.setTheme(theme);
  const body = panel.frame.locator('body');
  await until('the webview knows the theme', async () =>
    ((await body.getAttribute('class')) ?? '').split(' ').includes(bodyClasses[theme]),
  );
}

/** Pictures of a panel in every theme. */
export async function inAllThemes(editor: Workbench, panel: Panel, name: string): Promise<void> {
  for (const theme of allThemes) {
    await wear(editor, panel, theme);
    await editor.screenshot(`${name}-${theme}`);
  }
  await wear(editor, panel, 'dark');
}

/** Puts the panel into a column of about 400 pixels beside an open editor, takes its picture, and asks whether it holds. */
export async function inNarrowColumn(editor: Workbench, panel: Panel, name: string): Promise<void> {
  // The side bar and the icons take 350; the code and the panel share the rest.
  await editor.page.setViewportSize({ width: 1150, height: 900 });
  const body = panel.frame.locator('body');
  const overflow = () =>
    body.evaluate((element) => document.documentElement.scrollWidth - element.clientWidth);
  await until('the panel lies in a narrow column', () => body.evaluate(() => window.innerWidth <= 420));
  await editor.screenshot(`${name}-narrow`);
  // A padding of the body's own is no overflow.
  assert.ok((await overflow()) <= 40, `the panel is ${await overflow()} px wider than its column`);
  await editor.page.setViewportSize({ width: 1280, height: 900 });
}

import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, BrowserContext, FrameLocator, Locator, Page } from 'playwright-core';
import { screenshots } from './paths';
import { Problems } from './problems';
import { until } from './processes';
import type { Server } from './server';

const themes = {
  dark: { name: 'Default Dark Modern', body: 'vscode-theme-defaults-themes-dark_modern-json' },
  light: { name: 'Default Light Modern', body: 'vscode-theme-defaults-themes-light_modern-json' },
  contrast: { name: 'Default High Contrast', body: 'vscode-theme-defaults-themes-hc_black-json' },
} as const;
export type Theme = keyof typeof themes;
export const allThemes = Object.keys(themes) as Theme[];

/** One editor window in the browser, driven as a person would: by rows, menus, keys and the mouse. */
export class Workbench {
  private constructor(
    readonly server: Server,
    readonly page: Page,
    readonly problems: Problems,
    private readonly context: BrowserContext,
    readonly url: string,
  ) {}

  /** @param development folder of an extension to run from source; the installed ones alone otherwise */
  static async open(browser: Browser, server: Server, development?: string): Promise<Workbench> {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 900 },
      deviceScaleFactor: 1,
    });
    context.setDefaultTimeout(15_000);
    const problems = new Problems(context, server.folder);
    const page = await context.newPage();
    const payload =
      development === undefined ? [] : [['extensionDevelopmentPath', server.remote(development)]];
    const workbench = new Workbench(server, page, problems, context, server.url(payload));
    await page.goto(workbench.url);
    await workbench.ready();
    return workbench;
  }

  /** Reloads the window, as "Developer: Reload Window" does. */
  async reload(): Promise<void> {
    await this.page.reload();
    await this.ready();
  }

  async close(): Promise<void> {
    await this.context.close();
  }

  private async ready(): Promise<void> {
    await this.page.locator('.explorer-folders-view .monaco-list-row').first().waitFor({ timeout: 40_000 });
  }

  /** The explorer's row of a path relative to the workspace, after opening the folders above it. */
  async row(file: string): Promise<Locator> {
    const parts = file.split('/');
    for (let depth = 1; depth < parts.length; depth++) {
      const folder = this.rowAt(parts.slice(0, depth).join('/'));
      if ((await folder.getAttribute('aria-expanded')) === 'false') await folder.click();
    }
    const row = this.rowAt(file);
    await row.waitFor();
    return row;
  }

  private rowAt(file: string): Locator {
    const absolute = path.join(this.server.workspace, file);
    return this.page.locator('.explorer-folders-view .monaco-list-row').filter({
      // Behind the path of what has been measured stand its figures.
      has: this.page.locator(
        `.monaco-icon-label[aria-label="${absolute}"], .monaco-icon-label[aria-label^="${absolute} •"]`,
      ),
    });
  }

  /** Opens a file from the explorer and keeps it open. */
  async openFile(file: string): Promise<void> {
    await (await this.row(file)).dblclick();
    const tab = this.page.locator('.tab.active').filter({ hasText: path.posix.basename(file) });
    await tab.waitFor();
  }

  /** Selects the files in this order and picks an item of the last one's context menu. */
  async chooseFromMenu(files: string[], item: string): Promise<void> {
    const items = this.page.locator('.monaco-menu .action-item');
    const wanted = items.filter({ hasText: item }).first();
    // An explorer that refreshes drops a selection, and with it what the menu offers.
    await insist(
      async () => {
        if (await items.first().isVisible()) await this.page.keyboard.press('Escape');
        await this.openMenu(files);
      },
      () => wanted.waitFor({ timeout: 2000 }),
    );
    // A menu ignores the mouse button for a tenth of a second after it opened: click again rather than open it again.
    await insist(
      async () => {
        if (await wanted.isVisible()) await wanted.click({ timeout: 3000 });
      },
      () => items.first().waitFor({ state: 'hidden', timeout: 1000 }),
    );
  }

  /** The labels in the context menu of the selected files; the menu is closed again. */
  async menuLabels(files: string[]): Promise<string[]> {
    const labels = await (await this.openMenu(files)).locator('.action-label').allInnerTexts();
    await this.page.keyboard.press('Escape');
    return labels.filter((label) => label !== '');
  }

  /** Waits until all these rows are selected together. */
  private async selected(rows: Locator[]): Promise<void> {
    for (const row of rows) await row.and(this.page.locator('.selected')).waitFor({ timeout: 3000 });
  }

  private async openMenu(files: string[]): Promise<Locator> {
    const rows: Locator[] = [];
    for (const file of files) rows.push(await this.row(file));
    for (const [index, row] of rows.entries()) {
      if (rows.length > 1) await row.click({ modifiers: index === 0 ? [] : ['ControlOrMeta'] });
    }
    if (rows.length > 1) await this.selected(rows);
    // A right click on one of several selected files would ask about all of them.
    else if ((await this.page.locator('.explorer-folders-view .monaco-list-row.selected').count()) > 1)
      await rows[0].click();
    await rows.at(-1)?.click({ button: 'right' });
    const items = this.page.locator('.monaco-menu .action-item');
    await items.first().waitFor();
    return items;
  }

  /** Runs a command of the palette by its full label, such as `Landscape: Open Report…`. */
  async runCommand(label: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget input').first();
    await insist(
      () => this.page.keyboard.press('F1'),
      () => input.fill(`>${label}`, { timeout: 2000 }),
    );
    await this.quickPickRow(label).click();
  }

  /** Activates a tab by a part of its name, and presses a command's icon beside it. */
  async pressInTitle(tab: string, title: string): Promise<void> {
    await this.page.locator('.tab').filter({ hasText: tab }).first().click();
    const group = this.page.locator('.editor-group-container.active');
    await group.locator(`.editor-actions .action-label[aria-label^="${title}"]`).first().click();
  }

  /** Answers the open quick pick with the first row that contains `text`. */
  async pick(text: string): Promise<void> {
    await this.quickPickRow(text).click();
  }

  /** The rows of the open quick pick, as text. */
  async pickRows(): Promise<string[]> {
    const rows = this.page.locator('.quick-input-list .monaco-list-row');
    await rows.first().waitFor();
    return rows.allInnerTexts();
  }

  /** Types into the open quick pick, which shows the rows with that text: of a long list only the first are drawn. */
  async filterPick(text: string): Promise<void> {
    await this.page.locator('.quick-input-box input').fill(text);
  }

  private quickPickRow(text: string): Locator {
    return this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: text }).first();
  }

  /** Rests the mouse on the first occurrence of `text` in the active text editor; returns the hover's element. */
  async hover(text: string): Promise<Locator> {
    const line = this.page
      .locator('.editor-group-container.active .view-line')
      .filter({ hasText: text })
      .first();
    await line.waitFor();
    const point = await line.evaluate((element, wanted) => {
      const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
      const whole = (element.textContent ?? '').replaceAll('\u00a0', ' ');
      let target = whole.indexOf(wanted) + Math.floor(wanted.length / 2);
      for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
        const length = node.textContent?.length ?? 0;
        if (target < length) {
          const range = document.createRange();
          range.setStart(node, target);
          range.setEnd(node, target + 1);
          const box = range.getBoundingClientRect();
          return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
        }
        target -= length;
      }
      throw new Error(`no text ${wanted}`);
    }, text);
    const hover = this.page.locator('.monaco-hover:not(.hidden)').first();
    // An extension that is still starting has no provider, and a hover opens on movement only: come again.
    await insist(
      async () => {
        await this.page.mouse.move(point.x + 40, point.y + 120);
        await this.page.mouse.move(point.x, point.y, { steps: 4 });
      },
      () => hover.waitFor({ timeout: 3000 }),
    );
    return hover;
  }

  /** What the notifications on screen say. */
  notifications(): Promise<string[]> {
    return this.page.locator('.notification-toast .notification-list-item-message').allInnerTexts();
  }

  /** The visible webview that holds an element matching `selector` (a `data-testid` by preference). */
  async webview(selector: string, milliseconds = 20_000): Promise<FrameLocator> {
    const frames = this.page.locator('iframe.webview.ready').filter({ visible: true });
    let found: FrameLocator | undefined;
    await until(
      `a webview shows ${selector}`,
      async () => {
        for (let index = 0; index < (await frames.count()); index++) {
          const frame = frames.nth(index).contentFrame().frameLocator('iframe#active-frame');
          const matches = await frame
            .locator(selector)
            .count()
            .catch(() => 0);
          if (matches > 0) found = frame;
        }
        return found !== undefined;
      },
      milliseconds,
    );
    return found!;
  }

  /** Switches the colour theme by the settings and waits until the window wears it. */
  async setTheme(theme: Theme): Promise<void> {
    await this.server.set({ 'workbench.colorTheme': themes[theme].name });
    await this.page.locator(`.monaco-workbench.${themes[theme].body}`).waitFor();
  }

  /** Writes `out/screenshots/NAME.png`; 1280 x 900 unless a width is given. */
  async screenshot(name: string, size?: { width: number; height: number }): Promise<string> {
    await mkdir(screenshots, { recursive: true });
    const file = path.join(screenshots, `${name}.png`);
    const usual = this.page.viewportSize();
    if (size !== undefined) await this.page.setViewportSize(size);
    // Layout and canvases settle within two frames; fonts and theme changes a little later.
    await this.page.waitForTimeout(300);
    await this.page.screenshot({ path: file });
    if (size !== undefined && usual !== null) await this.page.setViewportSize(usual);
    return file;
  }
}

/** Repeats an action of the user until its effect is seen, six times at most. */
async function insist(action: () => Promise<void>, effect: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await action();
      return await effect();
    } catch (error) {
      if (attempt === 6) throw error;
    }
  }
}

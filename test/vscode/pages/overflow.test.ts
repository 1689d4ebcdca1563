import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { pageStates } from '../../unit/webview/panel-states';
import { openPage } from '../harness/page';
import { pageTest } from '../harness/page-tests';

const WIDTHS = [400, 1150, 1280, 1600];

for (const [name, state] of Object.entries(pageStates)) {
  for (const as of ['panel', 'html'] as const) {
    pageTest(`${name} as ${as}: nothing is cut at ${WIDTHS.join(', ')} px`, async (browser) => {
      const page = await openPage(browser, state(), { as, width: WIDTHS[0] });
      const faults: string[] = [];
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 });
        await page.evaluate(() => new Promise((done) => setTimeout(done, 100)));
        const found = [...(await cut(page)), ...(await broken(page))];
        faults.push(...found.map((fault) => `${width} px: ${fault}`));
      }
      await page.close();
      assert.deepEqual(faults, []);
    });
  }
}

/** Every element that scrolls, hides or lets stand out what is wider than itself; and the page itself. */
function cut(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const wide = [...document.querySelectorAll<HTMLElement>('body, main, main *')].filter((element) => {
      if (element.closest('svg, .visually-hidden, vscode-dropdown') || element.clientWidth === 0)
        return false;
      return element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== 'inline';
    });
    const root = document.documentElement;
    return [
      ...(root.scrollWidth > root.clientWidth ? [`the page by ${root.scrollWidth - root.clientWidth}`] : []),
      ...wide.map((element) => {
        const { tagName, className, textContent } = element;
        const by = element.scrollWidth - element.clientWidth;
        return `${tagName.toLowerCase()}.${className} by ${by}: ${(textContent ?? '').slice(0, 60)}`;
      }),
    ];
  });
}

/** Heads in words, and no names of files, in which a word of usual length stands on two lines. */
function broken(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('.grid .in-words thead th')].flatMap((head) => {
      const texts = document.createTreeWalker(head, NodeFilter.SHOW_TEXT);
      const faults: string[] = [];
      for (let text = texts.nextNode(); text !== null; text = texts.nextNode())
        for (const { 0: word, index } of (text.textContent ?? '').matchAll(
          /(?<=^|\s)\p{L}{2,14}(?=$|\s)/gu,
        )) {
          const range = document.createRange();
          range.setStart(text, index);
          range.setEnd(text, index + word.length);
          const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)));
          if (lines.size > 1) faults.push(`"${word}" of "${head.textContent}" is on two lines`);
        }
      return faults;
    }),
  );
}

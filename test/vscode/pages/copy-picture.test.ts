import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { pageStates } from '../../unit/webview/panel-states';
import { openPage, saidBy } from '../harness/page';
import { pageTest } from '../harness/page-tests';

/** What the clipboard was given: the types of its items, or that it refuses. */
const CLIPBOARD = (refuses: boolean) => `
  window.copied = [];
  const write = async (items) => {
    if (${refuses}) throw new Error('not allowed');
    for (const item of items) {
      const blob = await item.getType('image/png');
      window.copied.push(blob.type + ' ' + (blob.size > 1000));
    }
  };
  Object.defineProperty(navigator, 'clipboard', { value: { write }, configurable: true });
  class Item {
    constructor(parts) { this.parts = parts; }
    getType(type) { return this.parts[type]; }
  }
  window.ClipboardItem = Item;`;

async function copied(page: Page, refuses: boolean): Promise<readonly string[]> {
  await page.evaluate(CLIPBOARD(refuses));
  await page.getByRole('button', { name: 'The landscape: export and table' }).first().click();
  await page.getByRole('menuitem', { name: 'Copy picture' }).click();
  // The page lets nothing be evaluated on a timer of its own.
  for (let tries = 0; tries < 100; tries++) {
    const found = await page.evaluate<readonly string[]>('window.copied');
    if (found.length > 0 || (await saidBy(page)).some(({ type }) => type === 'export')) return found;
    await page.waitForTimeout(50);
  }
  return [];
}

pageTest('a picture goes to the clipboard as PNG, or into a file where the page may not', async (browser) => {
  for (const refuses of [false, true]) {
    const page = await openPage(browser, pageStates['landscape'](), { as: 'panel', width: 1150 });
    const found = await copied(page, refuses);
    const files = (await saidBy(page)).flatMap((said) => (said.type === 'export' ? [said.format] : []));
    await page.close();
    assert.deepEqual([found, files], refuses ? [[], ['png']] : [['image/png true'], []]);
  }
});

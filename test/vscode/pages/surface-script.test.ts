import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { panelHtml } from '../../../src/wording/panel-html';
import { pageStates } from '../../unit/webview/panel-states';
import { EDITOR } from '../harness/page';
import { pageTest } from '../harness/page-tests';
import { repository } from '../harness/paths';

const PLACE = 'https://panel.test';

/** The panel's page under the editor's own policy, from an address that gives the built files, and what was asked of it. */
async function served(browser: Browser) {
  const page = await browser.newPage();
  const asked: string[] = [];
  const refused: string[] = [];
  const style = `${PLACE}/main.css`;
  const uris = { scriptUri: `${PLACE}/main.js`, styleUri: style };
  const html = panelHtml({ nonce: 'bm9uY2U', cspSource: PLACE, ...uris });
  page.on('console', (message) => {
    if (message.type() === 'error') refused.push(message.text());
  });
  await page.addInitScript(EDITOR);
  await page.route(`${PLACE}/**`, (route) => {
    const name = new URL(route.request().url()).pathname.slice(1);
    asked.push(name);
    if (name === '') return route.fulfill({ contentType: 'text/html', body: html });
    const body = readFileSync(path.join(repository, 'dist', 'webview', name));
    return route.fulfill({ contentType: name.endsWith('.css') ? 'text/css' : 'text/javascript', body });
  });
  await page.goto(`${PLACE}/`);
  const state = pageStates['landscape']();
  await page.evaluate((sent) => window.postMessage({ type: 'state', state: sent }, '*'), state);
  return { page, asked, refused };
}

pageTest("the surface's script comes when it is asked for, by the page's own nonce", async (browser) => {
  const { page, asked, refused } = await served(browser);
  const draw = page.getByRole('combobox', { name: 'Draw' });
  await draw.waitFor();
  assert.deepEqual(asked.sort(), ['', 'main.css', 'main.js']);
  for (const way of ['As a surface', 'As contours', 'As a surface']) {
    await draw.click();
    await page.getByRole('option', { name: way }).click();
    await page.getByRole('img', { name: /^Surface of/ }).waitFor({
      state: way === 'As contours' ? 'hidden' : 'visible',
    });
  }
  assert.deepEqual(
    asked.filter((name) => name === 'relief.js'),
    ['relief.js'],
  );
  assert.deepEqual(refused, []);
  await page.close();
});

pageTest('where it cannot be loaded, the contours stay', async (browser) => {
  const { page } = await served(browser);
  await page.route(`${PLACE}/relief.js`, (route) => route.abort());
  const draw = page.getByRole('combobox', { name: 'Draw' });
  await draw.click();
  await page.getByRole('option', { name: 'As a surface' }).click();
  await page
    .getByText('The surface could not be loaded: these are the contours.')
    .waitFor({ state: 'attached' });
  const chosen = await draw.evaluate((element) => (element as HTMLElement & { value: string }).value);
  assert.equal(chosen, 'contours');
  await page
    .getByRole('slider', { name: /^Contours of/ })
    .first()
    .waitFor();
  await page.close();
});

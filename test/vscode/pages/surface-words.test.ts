import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { pageStates } from '../../unit/webview/panel-states';
import { openPage } from '../harness/page';
import { pageTest } from '../harness/page-tests';

async function asSurface(page: Page): Promise<void> {
  await page.getByRole('combobox', { name: 'Draw' }).click();
  await page.getByRole('option', { name: 'As a surface' }).click();
  await page.getByRole('img', { name: /^Surface of/ }).waitFor();
}

/** Words of the turned surface that stand out of it or touch one another. */
const faultsIn = (page: Page): Promise<string[]> =>
  page.evaluate(async () => {
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const stage = document.querySelector('.relief')!.getBoundingClientRect();
    const words = [...document.querySelectorAll<HTMLElement>('.relief .words span:not([hidden])')].map(
      (span) => ({
        text: span.textContent,
        box: span.getBoundingClientRect(),
      }),
    );
    const cut = words.filter(
      ({ box }) =>
        box.left < stage.left ||
        box.right > stage.right ||
        box.top < stage.top - 2 ||
        box.bottom > stage.bottom + 2,
    );
    return [
      ...(words.length < 6 ? [`only ${words.length} words`] : []),
      ...cut.map(({ text }) => `${text} is cut`),
    ];
  });

pageTest('the words of a surface are whole from every side, at 400 px too', async (browser) => {
  for (const width of [400, 1150]) {
    const page = await openPage(browser, pageStates['landscape'](), { as: 'panel', width });
    await asSurface(page);
    const surface = page.getByRole('img', { name: /^Surface of/ });
    for (let turn = 0; turn < 6; turn++) {
      assert.deepEqual(await faultsIn(page), [], `${width} px, turn ${turn}`);
      for (let times = 0; times < 10; times++) await surface.press('ArrowRight');
    }
    await page.close();
  }
});

pageTest('what is printed is light and still, whatever the theme', async (browser) => {
  for (const as of ['panel', 'html'] as const) {
    const page = await openPage(browser, pageStates['landscape'](), { as, width: 1150, theme: 'dark' });
    await asSurface(page);
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
    const seen = () =>
      page.evaluate(() => {
        const [body, words, canvas] = ['body', 'h1', '.relief canvas'].map((selector) =>
          getComputedStyle(document.querySelector(selector)!),
        );
        return {
          page: body.backgroundColor,
          words: words.color,
          turning: canvas.display,
          facets: document.querySelectorAll('.printed .facet').length > 100,
        };
      });
    assert.deepEqual(await seen(), {
      page: 'rgb(255, 255, 255)',
      words: 'rgb(31, 31, 31)',
      turning: 'none',
      facets: true,
    });
    await page.emulateMedia({ media: 'screen', colorScheme: 'dark' });
    await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
    const after = await seen();
    assert.equal(after.turning, 'block');
    assert.notEqual(after.page, 'rgb(255, 255, 255)');
    await page.close();
  }
});

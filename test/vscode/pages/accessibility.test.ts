import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { type PanelState } from '../../../src/contract/panel-protocol';
import { fullReport, HOSTILE, pageStates, stateOf } from '../../unit/webview/panel-states';
import { openPage, saidBy } from '../harness/page';
import { pageTest } from '../harness/page-tests';

const shown = (page: Page, state: PanelState) =>
  page.evaluate((next) => window.postMessage({ type: 'state', state: next }, '*'), state);

pageTest('a plot is read by arrow keys as a slider is', async (browser) => {
  const page = await openPage(browser, stateOf(fullReport()), { as: 'panel', width: 1150 });
  const plot = page.getByRole('slider', { name: /^Hessian spectrum/ });
  await plot.focus();
  assert.equal(await plot.getAttribute('aria-valuetext'), 'arrow keys read the values');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('End');
  assert.match(
    (await plot.getAttribute('aria-valuetext')) ?? '',
    /^λ₁ = 100 ± 8 numeric, over rows no bar: why$/,
  );
  await page.close();
});

pageTest('a progress bar is there while something runs, and not after', async (browser) => {
  const running = { stage: 'trace', fraction: 0.5, remainingSeconds: 3 };
  const state = stateOf(fullReport(), { job: { status: 'running', progress: running } });
  const page = await openPage(browser, state, { as: 'panel', width: 1150 });
  assert.equal(await page.getByRole('progressbar').count(), 1);
  await shown(page, stateOf(fullReport()));
  await page.getByTestId('rerun').waitFor();
  assert.equal(await page.getByRole('progressbar').count(), 0);
  await page.close();
});

pageTest('what a measure means unfolds by key', async (browser) => {
  const page = await openPage(browser, stateOf(fullReport()), { as: 'panel', width: 400 });
  const term = page.getByRole('button', { name: 'SAM sharpness' });
  await term.focus();
  await page.keyboard.press('Enter');
  assert.equal(await term.getAttribute('aria-expanded'), 'true');
  assert.ok(await page.getByText('one step of length ρ up the gradient').isVisible());
  await page.close();
});

pageTest('stale marks come into a live region, and what stays is not read again', async (browser) => {
  const page = await openPage(browser, stateOf(fullReport()), { as: 'panel', width: 1150 });
  const notice = page.locator('.notice.note').first();
  await notice.evaluate((element) => (element.dataset['kept'] = 'yes'));
  await shown(page, stateOf(fullReport(), { stale: ['The data have changed.'] }));
  const stale = page.getByText('The data have changed.');
  await stale.waitFor();
  assert.ok(await stale.evaluate((element) => element.closest('[aria-live=polite]') !== null));
  assert.equal(await notice.getAttribute('data-kept'), 'yes');
  await page.close();
});

pageTest('words at curves and in tables have a contrast of 4.5 in every theme', async (browser) => {
  for (const theme of ['light', 'dark', 'contrast', 'contrastLight'] as const) {
    const page = await openPage(browser, pageStates['compare-20'](), { as: 'panel', width: 1280, theme });
    for (const words of ['svg text', 'th, td, td em'])
      assert.deepEqual(await faint(page, words), [], `${theme}: ${words}`);
    await page.close();
  }
});

pageTest('a picture is saved in light colours, 1600 pixels wide, with its title', async (browser) => {
  for (const theme of ['light', 'dark'] as const) {
    const page = await openPage(browser, stateOf(fullReport()), { as: 'panel', width: 400, theme });
    for (const format of ['PNG', 'SVG']) {
      await page.getByRole('button', { name: 'Hessian spectrum: export and table' }).click();
      await page.getByRole('menuitem', { name: `Save as ${format}` }).click();
    }
    await page.waitForFunction(
      () =>
        (window as unknown as { said: { type: string }[] }).said.filter(({ type }) => type === 'export')
          .length === 2,
    );
    const files = (await saidBy(page)).flatMap((message) => (message.type === 'export' ? [message] : []));
    const [png, svg] = ['png', 'svg'].map((format) => files.find((file) => file.format === format)!);
    const bytes = Buffer.from(png.content, 'base64');
    assert.equal(bytes.readUInt32BE(16), 1600);
    assert.ok(bytes.readUInt32BE(20) > 500);
    assert.match(svg.content, /fill="white"/);
    assert.match(svg.content, /Hessian spectrum · model\.keras/);
    assert.match(svg.content, /rgb\(0, 95, 184\)/);
    await page.close();
  }
});

pageTest('names from files are text, whatever they hold', async (browser) => {
  for (const state of Object.values(pageStates)) {
    const page = await openPage(browser, state(), { as: 'html', width: 1150 });
    assert.notEqual(await page.title(), 'broken');
    assert.equal(await page.locator('img').count(), 0);
    assert.ok((await page.locator('body').innerText()).includes(HOSTILE));
    await page.close();
  }
});

/** Texts whose colour has too little contrast to the page. */
async function faint(page: Page, selector: string): Promise<string[]> {
  // The browser knows what a colour is, whatever way it is written: it paints one pixel of each on the ground.
  const texts = await page.evaluate((selector) => {
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!;
    const ground = getComputedStyle(document.body).backgroundColor;
    return [...document.querySelectorAll(selector)].map((text) => {
      const { fill, color } = getComputedStyle(text);
      const own = text instanceof SVGElement ? fill : color;
      const colours = [ground, own].map((colour) => {
        for (const layer of [ground, colour]) {
          canvas.globalAlpha = layer === own ? opacityOf(text) : 1;
          canvas.fillStyle = layer;
          canvas.fillRect(0, 0, 1, 1);
        }
        return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
      });
      return { words: `${text.textContent}: ${own}`, colours };
    });
    function opacityOf(element: Element | null): number {
      return element ? Number(getComputedStyle(element).opacity) * opacityOf(element.parentElement) : 1;
    }
  }, selector);
  assert.ok(texts.length > 10);
  return texts.flatMap(({ words, colours }) => {
    const [dark, light] = colours.map(luminance).sort((a, b) => a - b);
    const contrast = (light + 0.05) / (dark + 0.05);
    return contrast < 4.5 ? [`${words}, ${contrast.toFixed(2)}`] : [];
  });
}

/** Relative luminance of a colour in sRGB bytes (WCAG 2.2). */
function luminance(bytes: readonly number[]): number {
  const [r, g, b] = bytes.map((byte) => {
    const share = byte / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

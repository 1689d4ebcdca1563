import assert from 'node:assert/strict';
import { fullReport, stateOf } from '../../unit/webview/panel-states';
import { openPage } from '../harness/page';
import { pageTest } from '../harness/page-tests';

function running() {
  const report = fullReport();
  return stateOf(
    { ...report, settings: { ...report.settings, picture: true } },
    { job: { status: 'running', progress: { stage: 'trace', fraction: 0.4, remainingSeconds: 90 } } },
  );
}

pageTest('the place of a picture that is still to come says when it comes', async (browser) => {
  const page = await openPage(browser, running(), { as: 'panel', width: 1150 });
  assert.match(await page.getByTestId('landscape').innerText(), /Drawn at the end/);
  await page.close();
});

pageTest('in 400 pixels the buttons of a header stand on one line', async (browser) => {
  const page = await openPage(browser, running(), { as: 'panel', width: 400 });
  const tops = await page
    .locator('.tools vscode-button:visible')
    .evaluateAll((buttons) => buttons.map((button) => Math.round(button.getBoundingClientRect().top)));
  assert.ok(tops.length > 2, String(tops.length));
  assert.equal(new Set(tops).size, 1, tops.join());
  await page.close();
});

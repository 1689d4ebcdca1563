/**
 * Runs the tests of the panel's page in a bare browser: no editor, seconds instead of minutes.
 *   npx tsx test/vscode/pages.ts [PART...]
 * PART   part of a test's name; only these run. The page is the one built in dist/.
 */
import { launchBrowser } from './harness/browser';
import { install } from './harness/install';
import { loadPageTests, runPageTests } from './harness/page-tests';

async function main(): Promise<void> {
  const browser = await launchBrowser((await install()).chromium);
  let failed = 0;
  let passed = 0;
  try {
    await loadPageTests();
    await runPageTests(browser, process.argv.slice(2), ({ name, error, milliseconds }) => {
      if (error === undefined) passed++;
      else failed++;
      console.log(`${error === undefined ? 'ok' : 'not ok'}: ${name} (${Math.round(milliseconds)} ms)`);
      if (error !== undefined) console.log(error.replace(/^/gm, '    '));
    });
  } finally {
    await browser.close();
  }
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
}

main().catch((error: unknown) => {
  console.log(error instanceof Error ? error.stack : error);
  process.exit(1);
});

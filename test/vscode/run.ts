/**
 * Runs the tests in a real VS Code. On Linux no display is needed: the server and the browser come from npm.
 *   npx tsx test/vscode/run.ts [PART...] [--only PART] [--keep] [--electron]
 * PART   part of a session's or a test's name, or "host" for the suite in the extension host; only these run
 * --keep leaves the last session open at a printed address until Ctrl-C
 * LANDSCAPE_VSIX=FILE tests that package instead of making one; LANDSCAPE_BROWSER=npm ignores installed browsers
 */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { runInElectron } from './electron';
import { launchBrowser } from './harness/browser';
import { bundleSuite } from './harness/bundle';
import { runHostSuite } from './harness/host-suite';
import { execute, install } from './harness/install';
import { repository, testRoot } from './harness/paths';
import { loadPageTests, runPageTests } from './harness/page-tests';
import { runSessions, type Result } from './harness/runner';
import { installVsix } from './harness/server';
import { vsix } from './harness/vsix';

const outerLimit = 20 * 60_000;
const results: Result[] = [];

function report(result: Result): void {
  results.push(result);
  const { milliseconds } = result;
  // What must be fast, an activation or a hover, is told to the millisecond.
  const time =
    milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
  console.log(`${result.error === undefined ? 'ok' : 'not ok'}: ${result.name} (${time})`);
  if (result.error !== undefined) console.log(result.error.replace(/^/gm, '    '));
}

async function onLinux(only: string[], keep: boolean): Promise<void> {
  const { serverMain, chromium } = await install();
  const packaged = await vsix();
  if (!existsSync(path.join(repository, 'dist', 'extension.js'))) {
    await execute('npm', ['run', '--silent', 'build'], repository);
  }
  console.log(`testing ${path.basename(packaged)}`);
  const [extensions] = await Promise.all([installVsix(serverMain, packaged), bundleSuite()]);
  const browser = await launchBrowser(chromium);
  try {
    await loadPageTests();
    await runPageTests(browser, only, report);
    if (only.length === 0 || only.some((part) => 'extension host'.includes(part))) {
      for (const result of await runHostSuite(browser, serverMain)) report(result);
    }
    for (const name of readdirSync(path.join(testRoot, 'ui')).sort()) {
      if (name.endsWith('.test.ts')) await import(pathToFileURL(path.join(testRoot, 'ui', name)).href);
    }
    await runSessions({
      ...{ browser, serverMain, extensions, only, report },
      keep: async ({ url }) => {
        if (!keep) return;
        console.log(`open at ${url} until Ctrl-C`);
        await new Promise(() => setInterval(() => undefined, 60_000));
      },
    });
  } finally {
    await browser.close();
  }
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      only: { type: 'string', multiple: true, default: [] },
      keep: { type: 'boolean', default: false },
      electron: { type: 'boolean', default: false },
    },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => process.exit(130));
  if (!values.keep) {
    setTimeout(() => {
      console.log(`not done within ${outerLimit / 60_000} minutes`);
      process.exit(1);
    }, outerLimit).unref();
  }
  const started = Date.now();
  if (values.electron || process.platform !== 'linux') {
    const passed = await runInElectron();
    report({
      name: 'desktop VS Code',
      milliseconds: Date.now() - started,
      ...(passed ? {} : { error: 'failed' }),
    });
  } else {
    await onLinux([...values.only, ...positionals], values.keep);
  }
  const failed = results.filter((result) => result.error !== undefined).length;
  console.log(`in VS Code, ${((Date.now() - started) / 1000).toFixed(0)} s:`);
  console.log(`${results.length - failed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}

main().catch((error: unknown) => {
  console.log(error instanceof Error ? error.stack : error);
  console.log(`${results.length} ran, then the run ended early`);
  console.log('0 passed, 1 failed');
  process.exit(1);
});

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { repository, suiteEntry } from './paths';
import type { Result } from './runner';
import { Server } from './server';

/** Longer than any run of the suite; a payload that the server refuses gives no other signal. */
const outerLimit = 180_000;

/** Runs `out/test/suite` inside the extension host of a real VS Code, the extension loaded from the repository. */
export async function runHostSuite(browser: Browser, serverMain: string): Promise<Result[]> {
  const results = path.join(path.dirname(suiteEntry), 'results.json');
  const server = await Server.start(serverMain, { env: { LANDSCAPE_TEST_RESULTS: results } });
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  try {
    const page = await context.newPage();
    const logged: string[] = [];
    const exited = new Promise<number>((resolve) => {
      void page.exposeFunction('codeAutomationLog', (_type: string, args: unknown[]) => {
        logged.push(args.map(String).join(' '));
      });
      void page.exposeFunction('codeAutomationExit', (code: number) => resolve(code));
    });
    await page.goto(
      server.url([
        ['extensionDevelopmentPath', server.remote(repository)],
        ['extensionTestsPath', server.remote(suiteEntry)],
      ]),
    );
    const timer = new AbortController();
    const late = sleep(outerLimit, 'late' as const, { signal: timer.signal }).catch(() => 'late' as const);
    const code = await Promise.race([exited, late]);
    timer.abort();
    try {
      return JSON.parse(await readFile(results, 'utf8')) as Result[];
    } catch {
      const error = `the suite left no results (${code}):\n${logged.join('\n').slice(-4000)}`;
      return [{ name: 'extension host: the suite runs', error, milliseconds: 0 }];
    }
  } finally {
    await context.close();
    await server.stop();
  }
}

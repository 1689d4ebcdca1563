import { readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { testRoot } from './paths';
import type { Result } from './runner';

interface PageTest {
  readonly name: string;
  readonly run: (browser: Browser) => Promise<void>;
}

const tests: PageTest[] = [];

/** Declares a test of the panel's page in a bare browser, without an editor around it. */
export function pageTest(name: string, run: PageTest['run']): void {
  tests.push({ name: `page: ${name}`, run });
}

/** Reads the files that declare them. */
export async function loadPageTests(): Promise<void> {
  const folder = path.join(testRoot, 'pages');
  for (const name of readdirSync(folder).sort())
    if (name.endsWith('.test.ts')) await import(pathToFileURL(path.join(folder, name)).href);
}

/** Runs those whose name contains one of `only`, all when it is empty. */
export async function runPageTests(
  browser: Browser,
  only: readonly string[],
  report: (result: Result) => void,
): Promise<void> {
  const wanted = (name: string) =>
    only.length === 0 || only.some((part) => name.toLowerCase().includes(part.toLowerCase()));
  for (const { name, run } of tests.filter((test) => wanted(test.name))) {
    const started = Date.now();
    const failure = await run(browser).then(() => undefined, described);
    const milliseconds = Date.now() - started;
    report({ name, milliseconds, ...(failure === undefined ? {} : { error: failure }) });
  }
}

function described(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

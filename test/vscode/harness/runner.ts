import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import type { Settings } from './quiet-settings';
import { Server } from './server';
import { Workbench } from './workbench';

/** What a test is given: the open editor, its server, and what earlier tests of the session left there. */
export type Test = (editor: Workbench) => Promise<void>;

interface Session {
  name: string;
  settings: Settings;
  tests: { name: string; run: Test; milliseconds: number }[];
}

export interface Result {
  name: string;
  error?: string;
  milliseconds: number;
}

const sessions: Session[] = [];

/**
 * Declares a session: one server, one window, one fresh copy of the workspace, and tests that run in order in it.
 * Sessions share nothing but the installed extension.
 * @param settings the user's, on top of quiet ones
 */
export function session(
  name: string,
  settings: Settings,
  define: (test: (name: string, run: Test, milliseconds?: number) => void) => void,
): void {
  const tests: Session['tests'] = [];
  define((testName, run, milliseconds = 60_000) => tests.push({ name: testName, run, milliseconds }));
  sessions.push({ name, settings, tests });
}

/** Runs the declared sessions whose name, or one of whose tests, contains one of `only` (all when empty). */
export async function runSessions(options: {
  browser: Browser;
  serverMain: string;
  extensions: string;
  only: string[];
  report: (result: Result) => void;
  keep: (editor: Workbench) => Promise<void>;
}): Promise<void> {
  const wanted = (text: string) =>
    options.only.length === 0 || options.only.some((part) => text.toLowerCase().includes(part.toLowerCase()));
  for (const { name, settings, tests } of sessions) {
    const whole = wanted(name);
    // A test may need what those before it did, so a session runs from its start to the last one wanted.
    const last = tests.map((test) => whole || wanted(test.name)).lastIndexOf(true);
    if (last >= 0) await runSession({ name, settings, tests: tests.slice(0, last + 1) }, options);
  }
}

async function runSession(
  { name, settings, tests }: Session,
  { browser, serverMain, extensions, report, keep }: Parameters<typeof runSessions>[0],
): Promise<void> {
  const server = await Server.start(serverMain, { extensions, settings });
  try {
    const opened = Date.now();
    let editor: Workbench;
    try {
      editor = await Workbench.open(browser, server);
    } catch (error) {
      report({ name: `${name}: the window opens`, error: text(error), milliseconds: Date.now() - opened });
      return;
    }
    let usable = true;
    for (const [index, test] of tests.entries()) {
      if (!usable) {
        report({
          name: `${name}: ${test.name}`,
          error: 'not run: the first of its session failed',
          milliseconds: 0,
        });
        continue;
      }
      const started = Date.now();
      const result = { name: `${name}: ${test.name}`, milliseconds: 0, error: await attempt(test, editor) };
      result.milliseconds = Date.now() - started;
      if (result.error !== undefined) {
        const file = `failed-${result.name.replace(/[^a-z0-9]+/gi, '-').toLowerCase()}`;
        const shot = await editor.screenshot(file).catch(() => undefined);
        result.error += shot === undefined ? '' : `\nscreenshot: ${shot}`;
      }
      report(result);
      // The later ones build on the first: each would only wait for its time to run out.
      if (index === 0 && result.error !== undefined) usable = false;
    }
    await keep(editor);
    await editor.close();
  } finally {
    await server.stop();
  }
}

async function attempt(test: Session['tests'][number], editor: Workbench): Promise<string | undefined> {
  const timer = new AbortController();
  const late = sleep(test.milliseconds, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`not done within ${test.milliseconds / 1000} s`);
  });
  try {
    await Promise.race([test.run(editor), late]);
    return undefined;
  } catch (error) {
    return text(error);
  } finally {
    late.catch(() => undefined);
    timer.abort();
  }
}

function text(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

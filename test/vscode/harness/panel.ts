import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FrameLocator } from 'playwright-core';
import { engineProcesses, until, type Process } from './processes';
import type { Workbench } from './workbench';

const at = (testId: string) => `[data-testid="${testId}"]`;

/** The panel of an analysis or of a document, read and pressed by its `data-testid` attributes. */
export class Panel {
  private constructor(
    readonly frame: FrameLocator,
    private readonly statusId: string,
  ) {}

  /** Waits for a panel; where a checkpoint's own editor is open too, `title` tells which one is meant. */
  static async appears(
    editor: Workbench,
    options: { title?: string; milliseconds?: number } = {},
  ): Promise<Panel> {
    const { title, milliseconds } = options;
    const selector = title === undefined ? at('status') : `h1:has-text("${title}")`;
    return new Panel(await editor.webview(selector, milliseconds), 'status');
  }

  /**
   * Waits for the panel of a run of training, a comparison or an experiment, by the title on its page. The title of a
   * checkpoint's own editor beside it may hold the same words: the name of their folder.
   */
  static async ofDocument(editor: Workbench, title: string, milliseconds?: number): Promise<Panel> {
    const selector = `body:has(${at('document-status')}:visible) h1:has-text("${title}")`;
    return new Panel(await editor.webview(selector, milliseconds), 'document-status');
  }

  async text(testId: string): Promise<string> {
    return (await this.frame.locator(at(testId)).first().innerText()).trim();
  }

  async has(testId: string): Promise<boolean> {
    return (await this.frame.locator(at(testId)).count()) > 0;
  }

  async press(testId: string): Promise<void> {
    await this.frame.locator(at(testId)).first().click();
  }

  /** Waits until the header says so: `running`, `complete`, `cancelled`, `failed`. */
  async becomes(status: string, milliseconds?: number): Promise<void> {
    const element = this.frame.locator(at(this.statusId)).first();
    await until(
      `the panel is ${status}`,
      async () => (await element.getAttribute('data-status')) === status,
      milliseconds,
    );
  }

  /** Waits until the analysis itself has made progress: what comes before it (reading, estimating) is over. */
  async advances(): Promise<void> {
    await until('the analysis advances', async () => /[1-9]\d* %/.test(await this.text('status')), 30_000);
  }

  /** All that the page says. */
  async said(): Promise<string> {
    return this.frame.locator('body').innerText();
  }

  /** The first number in an element, with the true minus sign understood. */
  async value(testId: string): Promise<number> {
    return firstNumber(await this.text(testId));
  }

  /** The first number in each cell of the row of a table that has this heading. */
  async row(table: string, heading: string): Promise<number[]> {
    const row = this.frame
      .getByRole('table', { name: table })
      .getByRole('row')
      .filter({ has: this.frame.getByRole('rowheader', { name: marked(heading) }) });
    return (await row.getByRole('cell').allInnerTexts()).map(firstNumber);
  }
}

/** The heading itself, which may carry the mark of a note below the table. */
const marked = (heading: string) => new RegExp(`^${heading.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}( ?‡+)?$`);

function firstNumber(text: string): number {
  const number = /[-+]?\d[\d\u202f\u2009,]*(\.\d+)?(e[-+]?\d+)?/i.exec(text.replaceAll('\u2212', '-'));
  assert.ok(number, `no number in "${text}"`);
  return Number(number[0].replace(/[^\d.e+-]/gi, ''));
}

/** Waits until a lane of the session's engine uses the processor. */
export async function workIsUnderWay(session: string): Promise<{ engines: Process[]; lanes: Process[] }> {
  const used = () => engineProcesses(session).lanes.reduce((sum, lane) => sum + ticks(lane), 0);
  await until(
    'an engine and a lane are at work',
    async () => {
      const before = used();
      await sleep(300);
      return used() - before >= 5;
    },
    30_000,
  );
  return engineProcesses(session);
}

/** Waits until neither engine nor lanes use the processor: each ended, or rests for a second. */
export async function workHasStopped(session: string, milliseconds = 15_000): Promise<void> {
  let before = Number.NaN;
  let since = Date.now();
  await until(
    'the engine and its lanes rest',
    () => {
      const { engines, lanes } = engineProcesses(session);
      const now = [...engines, ...lanes].reduce((sum, process) => sum + ticks(process), 0);
      // A process that ended takes its ticks along; a resting one may still collect garbage.
      if (!(Math.abs(now - before) <= 5)) {
        before = now;
        since = Date.now();
      }
      return Date.now() - since > 1000;
    },
    milliseconds,
  );
}

/** Processor time used so far, in hundredths of a second. */
function ticks({ pid }: Process): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return Number(fields[11]) + Number(fields[12]);
  } catch {
    return 0;
  }
}

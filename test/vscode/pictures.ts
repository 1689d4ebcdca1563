/**
 * Makes the pictures of the README and the walkthrough from the real extension in a real VS Code, in a light and a dark theme:
 *   npm run pictures [-- dark|light] [right-click|panel|lines|hover|comparison|interpolation|surface|path ...]
 * Networks are trained here, and everything is pressed as a person would, so a picture never shows what the extension has not.
 * Nothing is timed: a picture is taken once what it shows is there and rests, so that a busy machine makes the same ones.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import path from 'node:path';
import { PNG } from 'pngjs';
import type { Locator } from 'playwright-core';
import { launchBrowser } from './harness/browser';
import { install } from './harness/install';
import { wear } from './harness/looks';
import { Panel } from './harness/panel';
import { commandTitle, repository } from './harness/paths';
import { until } from './harness/processes';
import { installVsix, Server } from './harness/server';
import { vsix } from './harness/vsix';
import { type Theme, Workbench } from './harness/workbench';
import { type Frame, type Raster, animatedPng, indexedPng } from './pictures/indexed-png';
import { hidePointer, showPointer } from './pictures/pointer';
import { makeWorkspace } from './pictures/workspace';

const folder = path.join(repository, 'media/pictures');
const size = { width: 1200, height: 760 };
/** For what is longer than it is wide, and for folders whose files all have to be on the screen. */
const tall = { width: 1200, height: 920 };
const SIDE_BAR = 'View: Toggle Primary Side Bar Visibility';
const THEMES = ['dark', 'light'] as const;
const NAMES = [
  'right-click',
  'panel',
  'lines',
  'hover',
  'comparison',
  'interpolation',
  'surface',
  'path',
] as const;
type Name = (typeof NAMES)[number];
const end = 'runs/small-batch/epoch-040.keras';
const ends = ['runs/large-batch/epoch-040.keras', end];
/** A busy machine takes its time. */
const patience = 300_000;

/** Where something is, once it is anywhere: what is drawn anew has no place for a moment. */
async function boxOf(part: Locator): Promise<Clip> {
  let box: Clip | null = null;
  await until('it has a place', async () => (box = await part.boundingBox()) !== null, 60_000);
  return box!;
}

/** Pictures between the click and the end: more are thinned out, fewer tell nothing. */
const MOST_ON_THE_WAY = 6;
const LEAST_ON_THE_WAY = 4;

type Clip = { x: number; y: number; width: number; height: number };

/** One window in one theme, whose pictures are named `NAME-THEME.png`. */
class Camera {
  private readonly page;

  constructor(
    readonly editor: Workbench,
    readonly theme: Theme,
  ) {
    this.page = editor.page;
  }

  /** What is on the screen at this moment. */
  async now(clip?: Clip): Promise<Raster> {
    return PNG.sync.read(await this.page.screenshot(clip ? { clip } : {}));
  }

  /** What is on the screen once it has been the same for almost a second. */
  async atRest(clip?: Clip): Promise<Raster> {
    let last = await this.now(clip);
    let same = 0;
    await until(
      'the screen rests',
      async () => {
        await sleep(300);
        const next = await this.now(clip);
        same = Buffer.compare(next.data, last.data) === 0 ? same + 1 : 0;
        last = next;
        return same >= 3;
      },
      60_000,
    );
    return last;
  }

  async keep(name: Name, clip?: Clip): Promise<void> {
    await this.write(name, indexedPng(await this.atRest(clip)));
  }

  /** Opens or closes the side bar. */
  async sideBar(isWanted: boolean): Promise<void> {
    const bar = this.page.locator('.part.sidebar');
    if ((await bar.isVisible()) === isWanted) return;
    await this.editor.runCommand(SIDE_BAR);
    await bar.waitFor({ state: isWanted ? 'visible' : 'hidden' });
  }

  /** In a window in which one thing stands below the other. */
  async keepNarrow(name: Name): Promise<void> {
    await this.page.setViewportSize({ width: 860, height: 860 });
    await this.page.mouse.move(430, 856);
    await this.keep(name);
    await this.page.setViewportSize(tall);
  }

  async write(name: Name, content: Buffer): Promise<void> {
    const file = path.join(folder, `${name}-${this.theme}.png`);
    await writeFile(file, content);
    console.log(`${path.relative(repository, file)}: ${(content.length / 1000).toFixed(0)} kB`);
  }

  /** The area that holds all of these, with some room around, within the window. */
  async around(parts: readonly Locator[], margin: number): Promise<Clip> {
    const boxes = await Promise.all(parts.map(boxOf));
    const left = Math.max(0, Math.min(...boxes.map(({ x }) => x)) - margin);
    const top = Math.max(0, Math.min(...boxes.map(({ y }) => y)) - margin);
    const window = this.page.viewportSize()!;
    const right = Math.min(window.width, Math.max(...boxes.map((box) => box.x + box.width)) + margin);
    const bottom = Math.min(window.height, Math.max(...boxes.map((box) => box.y + box.height)) + margin);
    return { x: left, y: top, width: right - left, height: bottom - top };
  }
}

/** From the right click to the panel that is complete, as an animation; then the panel with more room. */
async function fromRightClickToPanel(camera: Camera, wanted: ReadonlySet<Name>): Promise<void> {
  const { editor } = camera;
  const { page } = editor;
  const frames: Frame[] = [];
  const take = async (milliseconds: number) => frames.push({ raster: await camera.atRest(), milliseconds });
  const pointAt = async (target: Locator) => {
    const box = await boxOf(target);
    const place = { x: box.x + Math.min(70, box.width / 2), y: box.y + box.height / 2 };
    await page.mouse.move(place.x, place.y);
    await showPointer(page, place);
  };
  await editor.openFile('network.py');
  const row = await editor.row(end);
  await pointAt(row);
  await take(1400);
  await row.click({ button: 'right' });
  const item = page
    .locator('.monaco-menu .action-item')
    .filter({ hasText: commandTitle('landscape.analyze') });
  await item.first().waitFor();
  await take(700);
  await pointAt(item.first());
  await take(1200);
  await item.first().click();
  await hidePointer(page);
  const panel = await Panel.appears(editor, { milliseconds: patience });
  const onTheWay = await untilComplete(camera, panel);
  const landscape = panel.frame.locator('[data-testid="landscape"]');
  await landscape.locator('svg').first().waitFor();
  await wear(editor, panel, camera.theme);
  await page.mouse.move(size.width / 2, size.height - 4);
  await take(2500);
  await landscape.evaluate((element) => element.scrollIntoView({ block: 'end' }));
  await take(4500);
  await landscape.evaluate((element) => element.ownerDocument.defaultView?.scrollTo(0, 0));
  if (wanted.has('right-click')) {
    if (onTheWay.length < LEAST_ON_THE_WAY)
      throw new Error(
        `only ${onTheWay.length} pictures between the click and the end: make right-click again`,
      );
    frames.splice(-2, 0, ...thinned(onTheWay, MOST_ON_THE_WAY));
    await camera.write('right-click', animatedPng(frames));
  }
  if (!wanted.has('panel')) return;
  await camera.sideBar(false);
  await page.setViewportSize(tall);
  await camera.keep('panel');
  await page.setViewportSize(size);
  await camera.sideBar(true);
}

/** A picture each time that the stage or a figure is another; what is not there yet is not waited for. */
async function untilComplete(camera: Camera, panel: Panel): Promise<Frame[]> {
  const at = (id: string) => panel.frame.locator(`[data-testid="${id}"]`);
  const frames: Frame[] = [];
  let shown = '';
  await until(
    'the panel is complete',
    async () => {
      const [status] = await at('status').evaluateAll((found) => found.map((each) => each.dataset['status']));
      if (status === 'complete') return true;
      if (status === 'failed' || status === 'cancelled') throw new Error(`the analysis is ${status}`);
      const said = [
        ...(await at('status').allInnerTexts()),
        ...(await at('largest-eigenvalue').allInnerTexts()),
      ];
      const stage = said.join(' ').replace(/\d+ %/, '');
      if (stage !== shown) frames.push({ raster: await camera.now(), milliseconds: 800 });
      shown = stage;
      return false;
    },
    patience,
  );
  return frames;
}

/** At most so many, evenly from the first to the last. */
const thinned = <T>(all: readonly T[], most: number): readonly T[] =>
  all.length <= most
    ? all
    : Array.from({ length: most }, (_, i) => all[Math.round((i * (all.length - 1)) / (most - 1))]);

/** The figures behind the lines of code, and the hover over the path of a checkpoint. */
async function inCode(camera: Camera, wanted: ReadonlySet<Name>): Promise<void> {
  const { editor } = camera;
  const { page } = editor;
  await editor.runCommand('View: Close All Editors');
  await editor.openFile('network.py');
  const line = page.locator('.view-line').filter({ hasText: 'name="hidden_1"' }).first();
  await until('the line has figures', async () => /\d\s%/.test(await line.innerText()), patience);
  const text = page.locator('.editor-group-container.active .monaco-editor').first();
  if (wanted.has('lines')) {
    // As wide as the longest bar needs, down to the last line of code.
    await camera.sideBar(false);
    const [whole, last] = [
      await boxOf(text),
      await boxOf(page.locator('.view-line', { hasText: 'summary' })),
    ];
    await camera.keep('lines', { ...whole, width: 900, height: last.y + last.height - whole.y });
  }
  if (!wanted.has('hover')) return;
  const hover = await editor.hover(end);
  await until(
    'the hover has its figures',
    async () => /λ|eigenvalue/.test(await hover.innerText()),
    patience,
  );
  await camera.keep('hover', await camera.around([hover], 24));
  await page.keyboard.press('Escape');
}

/** What the menu of these files opens. */
async function fromMenu(camera: Camera, files: string[], command: string): Promise<void> {
  const { editor } = camera;
  await editor.page.setViewportSize(tall);
  await camera.sideBar(true);
  await editor.runCommand('View: Close All Editors');
  await editor.chooseFromMenu(files, commandTitle(command));
}

/** Leaves what was opened last alone in the window, complete. */
async function alone(camera: Camera, panel: Panel): Promise<void> {
  const { editor } = camera;
  await panel.becomes('complete', patience);
  await wear(editor, panel, camera.theme);
  // The checkpoint's own editor opened beside it, and the files have been chosen.
  if ((await editor.page.locator('.editor-group-container').count()) > 1) {
    await editor.page.locator('.tab').last().click();
    await editor.runCommand('View: Close Editors in Other Groups');
  }
  await camera.sideBar(false);
}

/** A document alone in its group, from the menu of these files. */
async function document(camera: Camera, files: string[], command: string, title: string, pick?: string) {
  const { editor } = camera;
  await fromMenu(camera, files, command);
  if (pick !== undefined) await editor.pick(pick);
  await editor.webview(`h1:has-text("${title}")`, patience);
  await alone(camera, await Panel.ofDocument(editor, title));
  return Panel.ofDocument(editor, title);
}

async function comparison(camera: Camera): Promise<void> {
  await document(camera, ends, 'landscape.compare', 'large-batch, small-batch');
  await camera.keepNarrow('comparison');
}

/** The line between the ends of two runs. */
async function interpolation(camera: Camera): Promise<void> {
  await fromMenu(camera, ends, 'landscape.interpolate');
  await alone(camera, await Panel.appears(camera.editor, { title: ' → ', milliseconds: patience }));
  await camera.keepNarrow('interpolation');
}

async function surface(camera: Camera): Promise<void> {
  const title = 'Landscape of epoch-040.keras';
  const { frame } = await document(camera, [end], 'landscape.surface', title, 'The two sharpest directions');
  await frame.getByRole('combobox', { name: 'Draw' }).click();
  await frame.getByRole('option', { name: 'As a surface' }).click();
  await frame.getByRole('img', { name: /^Surface of the training loss/ }).waitFor({ timeout: 60_000 });
  await camera.keepNarrow('surface');
}

async function runPath(camera: Camera): Promise<void> {
  const title = 'The path of small-batch';
  await document(camera, ['runs/small-batch'], 'landscape.path', title, 'Around the last checkpoint');
  await camera.keepNarrow('path');
}

/** All that is wanted, in one window. */
async function takeAll(camera: Camera, wanted: ReadonlySet<Name>): Promise<void> {
  const wants = (...names: Name[]) => names.some((name) => wanted.has(name));
  if (wants('right-click', 'panel', 'lines', 'hover')) await fromRightClickToPanel(camera, wanted);
  if (wants('lines', 'hover')) await inCode(camera, wanted);
  if (wants('comparison')) await comparison(camera);
  if (wants('interpolation')) await interpolation(camera);
  if (wants('surface')) await surface(camera);
  if (wants('path')) await runPath(camera);
}

/** Which themes and pictures are asked for; all of those of which none is named. */
function asked(words: readonly string[]): { themes: readonly Theme[]; wanted: ReadonlySet<Name> } {
  const themes = THEMES.filter((each) => words.includes(each));
  const names = NAMES.filter((each) => words.includes(each));
  const unknown = words.find((word) => ![...THEMES, ...NAMES].some((each) => each === word));
  if (unknown !== undefined)
    throw new Error(`no picture is named ${unknown}; there are ${[...THEMES, ...NAMES].join(', ')}`);
  return { themes: themes.length > 0 ? themes : THEMES, wanted: new Set(names.length > 0 ? names : NAMES) };
}

async function main(): Promise<void> {
  const { themes, wanted } = asked(process.argv.slice(2));
  const { serverMain, chromium } = await install();
  const extensions = await installVsix(serverMain, await vsix());
  const workspace = await makeWorkspace();
  await mkdir(folder, { recursive: true });
  const browser = await launchBrowser(chromium);
  try {
    for (const theme of themes) {
      const server = await Server.start(serverMain, {
        extensions,
        workspace,
        settings: {
          'editor.fontSize': 13,
          'editor.cursorBlinking': 'solid',
          'editor.occurrencesHighlight': 'off',
          'workbench.hover.delay': 20_000,
          'breadcrumbs.enabled': false,
          'landscape.operators': false,
        },
      });
      try {
        const editor = await Workbench.open(browser, server);
        await editor.page.setViewportSize(size);
        await editor.setTheme(theme);
        await takeAll(new Camera(editor, theme), wanted);
        for (const problem of editor.problems.list()) console.log(`problem: ${problem}`);
        await editor.close();
      } finally {
        await server.stop();
      }
    }
  } finally {
    await browser.close();
    await rm(workspace, { recursive: true, force: true });
  }
}

process.once('SIGINT', () => process.exit(130));
main().catch((error: unknown) => {
  console.log(error instanceof Error ? error.message : error);
  process.exit(1);
});

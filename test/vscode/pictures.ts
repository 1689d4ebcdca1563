/**
 * Makes the pictures of the README and the walkthrough from the real extension in a real VS Code, in a light and a dark theme:
 *   npm run pictures [-- dark|light]
 * Networks are trained here, and everything is pressed as a person would, so a picture never shows what the extension has not.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
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
const end = 'runs/small-batch/epoch-040.keras';
/** A busy machine takes its time. */
const patience = 300_000;

/** Where something is, once it is anywhere: what is drawn anew has no place for a moment. */
async function boxOf(part: Locator): Promise<Clip> {
  let box: Clip | null = null;
  await until('it has a place', async () => (box = await part.boundingBox()) !== null, 20_000);
  return box!;
}

/** Pictures between the click and the end. */
const MOST_ON_THE_WAY = 7;

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

  async raster(clip?: Clip): Promise<Raster> {
    await this.page.waitForTimeout(400);
    return PNG.sync.read(await this.page.screenshot(clip ? { clip } : {}));
  }

  async keep(name: string, clip?: Clip): Promise<void> {
    await this.write(name, indexedPng(await this.raster(clip)));
  }

  /** In a window in which one thing stands below the other. */
  async keepNarrow(name: string): Promise<void> {
    await this.page.setViewportSize({ width: 860, height: 860 });
    await this.page.mouse.move(430, 856);
    await this.page.waitForTimeout(2500);
    await this.keep(name);
    await this.page.setViewportSize(tall);
  }

  async write(name: string, content: Buffer): Promise<void> {
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
async function fromRightClickToPanel(camera: Camera): Promise<void> {
  const { editor } = camera;
  const { page } = editor;
  const frames: Frame[] = [];
  const take = async (milliseconds: number) => frames.push({ raster: await camera.raster(), milliseconds });
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
  await page.waitForTimeout(300);
  await item.first().click();
  await hidePointer(page);
  const panel = await Panel.appears(editor, { milliseconds: 60_000 });
  await wear(editor, panel, camera.theme);
  // What comes in is shown as it comes in: a picture each time that the stage or a figure is another.
  const status = panel.frame.locator('[data-testid="status"]').first();
  const isRunning = async () => (await status.getAttribute('data-status')) === 'running';
  const shown = new Set<string>();
  while (shown.size < MOST_ON_THE_WAY && (await isRunning())) {
    const stage = `${await panel.text('status')} ${await panel.text('largest-eigenvalue')}`.replace(
      /\d+ %/,
      '',
    );
    if (!shown.has(stage)) await take(800);
    shown.add(stage);
    await page.waitForTimeout(250);
  }
  await panel.becomes('complete', patience);
  await page.mouse.move(size.width / 2, size.height - 4);
  await take(5000);
  await camera.write('right-click', animatedPng(frames));
  await editor.runCommand(SIDE_BAR);
  await page.setViewportSize(tall);
  await camera.keep('panel');
  await editor.runCommand(SIDE_BAR);
}

/** The figures behind the lines of code, and the hover over the path of a checkpoint. */
async function inCode(camera: Camera): Promise<void> {
  const { editor } = camera;
  const { page } = editor;
  await editor.runCommand('View: Close All Editors');
  await editor.openFile('network.py');
  const line = page.locator('.view-line').filter({ hasText: 'name="hidden_1"' }).first();
  await until('the line has figures', async () => /\d\s%/.test(await line.innerText()), 30_000);
  await page.waitForTimeout(1000);
  const text = page.locator('.editor-group-container.active .monaco-editor').first();
  await camera.keep('lines', { ...(await camera.around([text], 0)), width: 840, height: 330 });
  const hover = await editor.hover(end);
  await until('the hover has its figures', async () => /λ|eigenvalue/.test(await hover.innerText()), 30_000);
  await camera.keep('hover', await camera.around([hover], 24));
  await page.keyboard.press('Escape');
}

/** A document alone in its group, from the menu of these files. */
async function document(camera: Camera, files: string[], command: string, title: string, pick?: string) {
  const { editor } = camera;
  await editor.runCommand('View: Close All Editors');
  await editor.chooseFromMenu(files, commandTitle(command));
  if (pick !== undefined) await editor.pick(pick);
  await editor.webview(`h1:has-text("${title}")`, 60_000);
  const panel = await Panel.ofDocument(editor, title);
  await panel.becomes('complete', patience);
  await wear(editor, panel, camera.theme);
  // The checkpoint's own editor opened beside it, and the files have been chosen.
  if ((await editor.page.locator('.editor-group-container').count()) > 1) {
    await editor.page.locator('.tab').last().click();
    await editor.runCommand('View: Close Editors in Other Groups');
  }
  await editor.runCommand(SIDE_BAR);
  await editor.page.mouse.move(size.width / 2, tall.height - 4);
  return Panel.ofDocument(editor, title);
}

async function documents(camera: Camera): Promise<void> {
  const ends = ['runs/large-batch/epoch-040.keras', end];
  await document(camera, ends, 'landscape.compare', 'large-batch, small-batch');
  await camera.keepNarrow('comparison');
  await camera.editor.runCommand(SIDE_BAR);
  const surface = await document(
    camera,
    [end],
    'landscape.surface',
    'Landscape of epoch-040.keras',
    'The two sharpest directions',
  );
  await surface.frame.getByRole('combobox', { name: 'Draw' }).click();
  await surface.frame.getByRole('option', { name: 'As a surface' }).click();
  await surface.frame.getByRole('img', { name: /^Surface of the training loss/ }).waitFor();
  await camera.editor.page.waitForTimeout(2500);
  await camera.keepNarrow('surface');
  await camera.editor.runCommand(SIDE_BAR);
  await document(
    camera,
    ['runs/small-batch'],
    'landscape.path',
    'The path of small-batch',
    'Around the last checkpoint',
  );
  await camera.keepNarrow('path');
}

async function main(): Promise<void> {
  const { serverMain, chromium } = await install();
  const extensions = await installVsix(serverMain, await vsix());
  const workspace = await makeWorkspace();
  await mkdir(folder, { recursive: true });
  const browser = await launchBrowser(chromium);
  try {
    const asked = process.argv.slice(2);
    for (const theme of THEMES.filter((each) => asked.length === 0 || asked.includes(each))) {
      const server = await Server.start(serverMain, {
        extensions,
        workspace,
        settings: {
          'editor.fontSize': 13,
          'workbench.hover.delay': 20_000,
          'breadcrumbs.enabled': false,
          'landscape.operators': false,
        },
      });
      try {
        const editor = await Workbench.open(browser, server);
        await editor.page.setViewportSize(size);
        await editor.setTheme(theme);
        const camera = new Camera(editor, theme);
        await fromRightClickToPanel(camera);
        await inCode(camera);
        await documents(camera);
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

/**
 * Takes pictures of the panel in the three themes, for whoever works on it.
 *   npx tsx test/vscode/shot.ts FILE [--workspace DIR] [--command ID] [--wait SELECTOR] [--name NAME] [--width PX] [--keep]
 * FILE       a checkpoint, relative to the workspace (test/vscode/workspace unless given; a copy is opened)
 * --command  one of ours, run from the file's context menu (landscape.analyze); "open" only opens the file
 * --wait     what the webview must show first (a finished analysis); --width adds a picture of that window width
 * LANDSCAPE_VSIX=FILE shows that package; else the extension is taken from the repository, as built in dist/
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { launchBrowser } from './harness/browser';
import { install } from './harness/install';
import { Panel } from './harness/panel';
import { commandTitle, repository } from './harness/paths';
import { installVsix, Server } from './harness/server';
import { allThemes, Workbench } from './harness/workbench';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    workspace: { type: 'string' },
    command: { type: 'string', default: 'landscape.analyze' },
    wait: { type: 'string' },
    name: { type: 'string', default: 'shot' },
    width: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
});

async function main(): Promise<void> {
  const [file] = positionals;
  if (file === undefined) throw new Error('name a file of the workspace');
  const { serverMain, chromium } = await install();
  const vsix = process.env['LANDSCAPE_VSIX'];
  const extensions = vsix === undefined ? undefined : await installVsix(serverMain, path.resolve(vsix));
  const server = await Server.start(serverMain, { extensions, workspace: values.workspace });
  const browser = await launchBrowser(chromium);
  try {
    const editor = await Workbench.open(browser, server, extensions === undefined ? repository : undefined);
    if (values.command === 'open') await editor.openFile(file);
    else await editor.chooseFromMenu([file], commandTitle(values.command));
    if (values.wait !== undefined) await editor.webview(values.wait, 300_000);
    else if (values.command !== 'open')
      await (await Panel.appears(editor, { milliseconds: 60_000 })).becomes('complete', 300_000);
    for (const theme of allThemes) {
      await editor.setTheme(theme);
      console.log(await editor.screenshot(`${values.name}-${theme}`));
    }
    await editor.setTheme('dark');
    console.log(await editor.screenshot(`${values.name}-wide`, { width: 1920, height: 1200 }));
    if (values.width !== undefined) {
      const size = { width: Number(values.width), height: 900 };
      console.log(await editor.screenshot(`${values.name}-${values.width}`, size));
    }
    for (const problem of editor.problems.list()) console.log(`problem: ${problem}`);
    if (values.keep) {
      console.log(`open at ${editor.url} until Ctrl-C`);
      await new Promise(() => setInterval(() => undefined, 60_000));
    }
  } finally {
    await browser.close();
    await server.stop();
  }
}

process.once('SIGINT', () => process.exit(130));
main().catch((error: unknown) => {
  console.log(error instanceof Error ? error.message : error);
  process.exit(1);
});

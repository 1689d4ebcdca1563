import { access, constants, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { linkedPlace, writeWhole } from '../settings/atomic-write';
import { UserError } from '../core/errors';
import { printable } from '../core/printable';
import { keepStdoutFree, print } from './print';
import { standaloneHtml } from '../wording/panel-html';
import type { PanelDocument, PanelState } from '../contract/panel-protocol';
import type { Report } from '../contract/report';

/** Where a report goes. */
export interface Outputs {
  readonly json?: string;
  readonly html?: string;
  readonly csv?: string;
  readonly markdown?: string;
  /** Files of other programs, each by its ending. */
  readonly export?: readonly string[];
}

/** The name by which stdout is asked for, as everywhere; a file of that name is `./-`. */
const STDOUT = '-';

const statOf = (path: string) => stat(path).catch(() => undefined);

/**
 * Refuses places that cannot be written to, or that hold what is read, before anything is computed. Where stdout is one of
 * them, nothing else goes there from now on.
 */
export async function checkOutputs(
  { json, html, csv, markdown, export: others = [] }: Outputs,
  inputs: readonly string[],
): Promise<void> {
  const given = [
    ...Object.entries({ json, html, csv, markdown }),
    ...others.map((file) => ['export', file] as const),
  ].filter(([, file]) => file !== undefined);
  if (given.some(([, file]) => file === STDOUT)) keepStdoutFree();
  for (const [, file] of given) if (file !== STDOUT) await checkOutput(file!, inputs);
  const places = await Promise.all(given.map(([, file]) => placeOf(file!)));
  for (const [i, [option, file]] of given.entries())
    for (const [k, [other]] of given.entries())
      if (i < k && places[i] === places[k])
        throw new UserError(`--${option} and --${other} both name ${file}: give each a file of its own.`);
}

const placeOf = (file: string): Promise<string> =>
  file === STDOUT ? Promise.resolve(file) : linkedPlace(resolve(file)).catch(() => file);

async function checkOutput(file: string, inputs: readonly string[]): Promise<void> {
  const path = resolve(file);
  const existing = await statOf(path);
  if (existing?.isDirectory()) throw new UserError(`${file} is a folder: give the name of a file to write.`);
  for (const input of inputs) {
    const read = await statOf(input);
    if (existing && read && existing.ino === read.ino && existing.dev === read.dev)
      throw new UserError(`${file} is what is to be read: give another name for the report.`);
  }
  let folder = dirname(await linkedPlace(path).catch(() => path));
  while (!(await statOf(folder)) && dirname(folder) !== folder) folder = dirname(folder);
  if ((await statOf(folder))?.isDirectory() === false)
    throw new UserError(`${file} cannot be written: ${folder} is a file. Choose another folder.`);
  await access(folder, constants.W_OK).catch(() => {
    throw new UserError(`${file} cannot be written: its folder is read-only for you. Choose another folder.`);
  });
}

type Written = string | Uint8Array;

/** What a person asked to be written, and where. */
export type Wanted = readonly [file: string | undefined, content: () => Written | Promise<Written>];

/** Writes what was asked for; each file whole or not at all, and said. */
export async function writeOutputs(outputs: readonly Wanted[]): Promise<void> {
  for (const [file, content] of outputs) {
    if (file === undefined) continue;
    if (file === STDOUT) await toStdout(await content());
    else {
      await writeWhole(resolve(file), await content());
      print(`Wrote ${printable(file)}`);
    }
  }
}

/** Waits until it has been taken: a process that ends drops what a pipe has not taken. Its errors are told elsewhere. */
const toStdout = (content: Written): Promise<void> =>
  new Promise((taken) => process.stdout.write(content, () => taken()));

/** Writes the report where it was asked for. */
export const writeReport = (report: Report, { json, html }: Outputs): Promise<void> =>
  writeOutputs([
    [json, () => `${JSON.stringify(report, undefined, 1)}\n`],
    [html, () => page(report)],
  ]);

const page = (report: Report): Promise<string> =>
  pageOf(basename(report.checkpoint.path), { view: 'report', report });

/** A self-contained page that shows a run of training, a comparison or an experiment. */
export const documentPage = (document: PanelDocument, title: string): Promise<string> =>
  pageOf(title, { view: 'document', report: undefined, document });

async function pageOf(
  title: string,
  shown: Pick<PanelState, 'view' | 'report' | 'document'>,
): Promise<string> {
  const built = join(__dirname, 'webview');
  const isSurface = shown.document?.kind === 'surface';
  const [script, style, relief] = await Promise.all(
    ['main.js', 'main.css', ...(isSurface ? ['relief.js'] : [])].map((name) =>
      readFile(join(built, name), 'utf8'),
    ),
  );
  const state: PanelState = { ...shown, title, job: { status: 'idle' }, summary: undefined, stale: [] };
  return standaloneHtml({ script, style, relief, state, title: `${title} · Landscape` });
}

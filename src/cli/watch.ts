import { closeSync, openSync, writeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { CancelledError, UserError } from '../core/errors';
import { VERSION } from '../core/version';
import type { Watch, WatchLine, WatchRequest } from '../contract/watch';
import { SCHEMA_VERSION } from '../contract/vocabulary';
import { isPattern } from '../files/pattern';
import { cacheFolder } from '../settings/cache-folder';
import { watchRequest } from '../settings/watch-request';
import { counted, formatSeconds } from '../wording/format-number';
import { duration } from './duration';
import { type CliOptions, layersFor, withMeasuring } from './options';
import { checkOutputs, documentPage, writeOutputs } from './output';
import { positive } from './positive';
import { print } from './print';
import { withNetworkOptions } from './python-options';
import { runJob } from './run-job';
import { type StatusLine, statusLine } from './status-line';
import { type Fresh, WatchLines, lineOf } from './watch-lines';
import { withWatchedNetwork } from './watch-network';
import { WatchTable } from './watch-table';

interface WatchOptions extends Omit<CliOptions, 'json'> {
  readonly idle?: number;
  readonly still?: number;
  readonly patience?: number;
  readonly learningRate?: number;
  /** A file, true for stdout. */
  readonly json?: string | true;
  /** A folder, true for the usual one, false for none. */
  readonly cache: string | boolean;
}

/** `landscape watch FOLDER|PATTERN` */
export function addWatch(program: Command): void {
  withNetworkOptions(
    withMeasuring(
      program
        .command('watch')
        .description('measures each checkpoint of a run as it lands')
        .argument('<where...>', 'the folder of the run, or a pattern of files in quotes'),
    ),
  )
    .option(
      '--idle <time>',
      'end when nothing has come for so long, such as 30m; never if left out',
      duration,
    )
    .option(
      '--still <time>',
      'a file is complete when unchanged for so long, and opens; 2s if left out',
      duration,
    )
    .option(
      '--patience <time>',
      'how long a file that does not open is tried again; 1m if left out',
      duration,
    )
    .option('--learning-rate <rate>', 'of the run: λ₁ is held against 2 / rate', positive)
    .option(
      '--cache <folder>',
      'where what is finished is kept, to go on from; a folder of this user if left out',
    )
    .option('--no-cache', 'keep nothing, and measure all checkpoints that are there')
    .option(
      '--json [file]',
      'write a line of JSON for each checkpoint and event, on stdout if no file is named',
    )
    .option('--html <file>', 'write all of it as one self-contained page when it ends')
    .action(async (named: string[], options: WatchOptions) => {
      if (named.length > 1)
        throw new UserError(
          `One run is watched at a time, and these are ${counted(named.length, 'path')}: put a pattern in quotes, or name the folder.`,
        );
      const asked = await requestFor(resolve(named[0]), options);
      const json = options.json === true ? '-' : options.json;
      const outputs = {
        ...(json === undefined ? {} : { json }),
        ...(options.html ? { html: options.html } : {}),
      };
      await checkOutputs(outputs, [asked.settings.data]);
      const request = await withWatchedNetwork(asked, options);
      await run(request, { ...outputs, idle: options.idle ?? Infinity });
    });
}

async function requestFor(where: string, options: WatchOptions): Promise<WatchRequest> {
  const { json: _, ...measuring } = options;
  // Settings are those of a file in the folder.
  const { file, given } = await layersFor(isPattern(where) ? where : join(where, 'checkpoint'), measuring);
  const { idle, still, patience, learningRate, cache } = options;
  return watchRequest(where, file, given, {
    idleSeconds: idle,
    stillSeconds: still,
    patienceSeconds: patience,
    learningRate,
    kept: cache === false ? undefined : typeof cache === 'string' ? resolve(cache) : cacheFolder(),
  });
}

interface Telling {
  readonly json?: string;
  readonly html?: string;
  /** Seconds without a checkpoint after which it ends. */
  readonly idle: number;
}

/** Watches, and tells of each checkpoint as a line of a table or of JSON. */
async function run(request: WatchRequest, { json, html, idle }: Telling): Promise<void> {
  const display = statusLine();
  const told = json === undefined ? asTable(display) : asJson(json, request);
  const lines = new WatchLines();
  let last: Watch | undefined;
  try {
    const watched = await runJob('watch', request, `watching ${request.where}`, {
      isBackground: true,
      display,
      remains: () =>
        request.kept === undefined
          ? undefined
          : 'What is measured is kept: the same command goes on from there.',
      onPartial: (partial) => {
        if (last === undefined) told.begin();
        last = partial;
        display.waitUntil(partial.endsAt === undefined ? undefined : Date.parse(partial.endsAt));
        lines.fresh(partial).forEach(told.line);
        told.notes(partial.notes);
      },
    });
    told.end('idle', watched, idle);
    await writeOutputs([[html, () => documentPage(watched, watched.title)]]);
  } catch (error) {
    if (error instanceof CancelledError && last) {
      const stopped: Watch = { ...last, status: 'cancelled' };
      told.end('interrupted', stopped, idle);
      await writeOutputs([[html, () => documentPage(stopped, stopped.title)]]);
    }
    throw error;
  } finally {
    told.close();
  }
}

/** How a watch is told. Nothing is, and no file is made, before it has begun: a mistake is all that is said then. */
interface Told {
  begin(): void;
  line(fresh: Fresh): void;
  /** What the reader should know of how all are measured, each once. */
  notes(all: readonly string[]): void;
  end(reason: 'idle' | 'interrupted', watch: Watch, idle: number): void;
  close(): void;
}

const measuredOf = ({ checkpoints }: Watch): number => checkpoints.filter(({ figures }) => figures).length;

function asTable(display: StatusLine): Told {
  const table = new WatchTable(process.stdout.columns);
  let count = 0;
  return {
    begin: () => display.above(() => print(table.head)),
    notes: (all) => {
      for (const note of all.slice(count)) display.above(() => print(table.note(note)));
      count = all.length;
    },
    line: (fresh) =>
      display.above(() => print('event' in fresh ? table.event(fresh.event) : table.row(fresh.checkpoint))),
    end: (reason, watch, idle) => {
      const measured = counted(measuredOf(watch), 'checkpoint');
      if (reason === 'idle') print(`Nothing came for ${formatSeconds(idle)}: ended. ${measured} measured.`);
    },
    close: () => undefined,
  };
}

function asJson(file: string, { where, settings }: WatchRequest): Told {
  const output = jsonTo(file);
  const now = () => new Date().toISOString();
  return {
    begin: () =>
      output.write({
        ...{ type: 'start', schemaVersion: SCHEMA_VERSION, version: VERSION },
        ...{ where, data: settings.data, at: now() },
      }),
    line: (fresh) =>
      output.write(
        'event' in fresh ? { type: 'event', ...fresh.event } : { type: 'checkpoint', ...fresh.checkpoint },
      ),
    // They stand in the reports of `analyze`, and hold for all lines alike.
    notes: () => undefined,
    end: (reason, watch) => output.write({ type: 'end', reason, measured: measuredOf(watch), at: now() }),
    close: () => output.close(),
  };
}

/** Writes lines as they come, the file from the first one on: a stream is never whole, and who reads it need not wait. */
function jsonTo(file: string): { write(line: WatchLine): void; close(): void } {
  if (file === '-')
    return { write: (line) => void process.stdout.write(lineOf(line)), close: () => undefined };
  let descriptor: number | undefined;
  return {
    write: (line) => writeSync((descriptor ??= openSync(resolve(file), 'w')), lineOf(line)),
    close: () => descriptor !== undefined && closeSync(descriptor),
  };
}

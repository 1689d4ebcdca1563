import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type On, parseOn } from '../cluster/on';
import { CancelledError } from '../core/errors';
import { ALONG_PATH } from '../contract/path';
import type { Surface, SurfaceRequest } from '../contract/surface';
import { MAP_SIDES } from '../contract/sharpness-map';
import { PLANES, SCALES } from '../contract/vocabulary';
import { cacheFolder } from '../settings/cache-folder';
import { surfaceRequest } from '../settings/surface-request';
import { surfaceFindings } from '../wording/interpretation/of-surface';
import { surfaceCsv } from '../wording/surface-files/csv';
import { checkpointsOf } from './checkpoints-of';
import { drawnElsewhere } from './drawn-elsewhere';
import { type LanesOnOptions, lanesOnOf, withLanesOn } from './lanes-on';
import { type CliOptions, layersFor, withMeasuringOptions } from './options';
import { checkOutputs, documentPage, writeOutputs } from './output';
import { positive } from './positive';
import { complain, print } from './print';
import { layerWithOwnData, withOwnNetwork } from './python';
import { runJob } from './run-job';
import { exported, exportsOf } from './surface-exports';
import { surfaceSummary } from './surface-summary';

interface SurfaceOptions extends CliOptions, LanesOnOptions {
  readonly csv?: string;
  readonly export?: readonly string[];
  readonly plane?: string;
  readonly radius?: number;
  readonly refinements?: number;
  readonly tolerance?: number;
  readonly evaluations?: number;
  readonly seconds?: number;
  readonly scale?: string;
  readonly batchNorm?: string;
  readonly centre?: string;
  /** A folder, true for the usual one, false for none. */
  readonly cache: string | boolean;
  readonly along?: string;
  readonly averages?: readonly number[];
  readonly map?: number | true;
  readonly on?: On;
}

function refinements(text: string): number {
  if (!/^[0-4]$/.test(text)) throw new InvalidArgumentError('Give a whole number from 0 to 4.');
  return Number(text);
}

function counts(text: string): number[] {
  const given = text.split(',').map(Number);
  if (given.every((count) => Number.isSafeInteger(count) && count >= 2)) return given;
  throw new InvalidArgumentError('Give whole numbers of at least 2, such as 5,10.');
}

function mapSide(text: string): number {
  const side = Number(text);
  const { least, most } = MAP_SIDES;
  if (/^\d+$/.test(text) && side >= least && side <= most) return side;
  throw new InvalidArgumentError(
    `Give a whole number from ${least} to ${most}, and --map behind the checkpoints.`,
  );
}

/** `landscape surface CHECKPOINT...` */
export function addSurface(program: Command): void {
  withLanesOn(
    withMeasuringOptions(
      program
        .command('surface')
        .description('the loss over a plane through a checkpoint, through three, or along the path of a run')
        .argument(
          '<checkpoints...>',
          'a picture each; with --plane path a folder of them, or all in their order',
        ),
    ),
  )
    .addOption(new Option('--plane <which>', 'the plane of the picture').choices(PLANES))
    .option('--radius <r>', 'how far it reaches on either side, as a distance', positive)
    .option('--refinements <n>', 'how often 9 x 9 nodes may be refined: 4 for 129 x 129', refinements)
    .option('--tolerance <share>', 'how far a place may be off, in steps between levels', positive)
    .option('--evaluations <n>', 'at most so many for each picture', positive)
    .option('--seconds <s>', 'refine each picture for so long at most', positive)
    .addOption(new Option('--scale <kind>', 'how levels follow one another').choices(['auto', ...SCALES]))
    .addOption(
      new Option('--batch-norm <which>', "batch norm's statistics at each place").choices([
        'saved',
        're-estimated',
      ]),
    )
    .addOption(
      new Option('--centre <which>', 'of the principal directions of a path').choices(['last', 'mean']),
    )
    .addOption(
      new Option('--along <which>', 'what is measured at each checkpoint of a path').choices(ALONG_PATH),
    )
    .option('--averages <counts>', 'means of the last so many checkpoints of a path, such as 5,10', counts)
    .option(
      '--map [nodes]',
      `largest eigenvalue and gradient norm on ${MAP_SIDES.usual} x ${MAP_SIDES.usual} places, or as many`,
      mapSide,
    )
    .option('--csv <file>', 'write a table, one row a node')
    .option(
      '--cache <folder>',
      'where measured places are kept, to go on from; a folder of this user if left out',
    )
    .option('--no-cache', 'keep nothing, and measure all')
    .option(
      '--on <where>',
      'draw elsewhere: slurm[:PROFILE], local:N processes, or print:sbatch|kubernetes|snakemake',
      parseOn,
    )
    .option(
      '--export <file>',
      'write it as .npz (NumPy), .vti (ParaView), .obj, or .py (matplotlib, from the .npz); may be given again',
      exported,
    )
    .action(act);
}

async function act(named: readonly string[], options: SurfaceOptions): Promise<void> {
  const checkpoints = await checkpointsOf(named, options);
  const { plane, radius, refinements, tolerance, evaluations, seconds, scale } = options;
  const { batchNorm, centre, along, averages } = options;
  const map = options.map === true ? MAP_SIDES.usual : options.map;
  const choices = { plane, radius, refinements, tolerance, points: evaluations, seconds, scale };
  const asked = surfaceRequest(
    checkpoints,
    await layerWithOwnData(checkpoints, options),
    { ...choices, batchNorm, centre, along, averages, map },
    keptIn(options.cache),
  );
  await checkOutputs(options, [...checkpoints, asked.settings.data]);
  if (options.on) await lanesOnOf(checkpoints[0], options);
  const request = { ...asked, settings: await withOwnNetwork(asked.settings, options, checkpoints) };
  const drawn = options.on && (await elsewhere(request, options.on, options));
  if (drawn === 'printed') return;
  await (typeof drawn === 'object' ? deliver(drawn.surface, options) : draw(request, options));
}

/** The pictures as processes elsewhere have drawn them. */
async function elsewhere(request: SurfaceRequest, on: On, options: SurfaceOptions) {
  const { file } = await layersFor(request.checkpoints[0], options);
  return drawnElsewhere(request, on, file);
}

const GOES_ON = 'What was measured is kept: the same command goes on from there.';

/** Draws, and writes what there is of it where the person stops it. */
async function draw(request: SurfaceRequest, options: SurfaceOptions): Promise<void> {
  const remains = request.cache === undefined ? undefined : GOES_ON;
  let last: Surface | undefined;
  const lanesOn = await lanesOnOf(request.checkpoints[0], options);
  try {
    const telling = {
      ...lanesOn,
      remains: () => remains,
      onPartial: (partial: Surface) => void (last = partial),
    };
    await deliver(await runJob('surface', request, 'drawing the landscape', telling), options);
  } catch (error) {
    if (error instanceof CancelledError) {
      const stopped = last && stoppedAt(last);
      if (stopped) await deliver(stopped, options);
      const found = stopped ? 'Stopped before it was complete: this is as far as it was drawn.' : 'Stopped.';
      if (stopped || remains !== undefined) complain([found, remains].filter(Boolean).join(' '));
    }
    throw error;
  }
}

/** A picture as far as it was drawn, with what it shows so far. */
function stoppedAt(partial: Surface): Surface {
  const stopped: Surface = { ...partial, status: 'cancelled' };
  return { ...stopped, findings: surfaceFindings(stopped) };
}

const keptIn = (cache: string | boolean): { readonly cache?: string } =>
  cache === false ? {} : { cache: typeof cache === 'string' ? resolve(cache) : cacheFolder() };

/** The summary first: should a file not be written after all, the figures are not lost. */
async function deliver(surface: Surface, { json, csv, html, export: others }: SurfaceOptions): Promise<void> {
  print(surfaceSummary(surface, process.stdout.columns));
  await writeOutputs([
    [json, () => `${JSON.stringify(surface)}\n`],
    [csv, () => surfaceCsv(surface)],
    [html, () => documentPage(surface, surface.title)],
    ...exportsOf(surface, others),
  ]);
}

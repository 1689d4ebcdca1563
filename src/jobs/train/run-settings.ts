import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { writeOwn } from '../../settings/atomic-write';
import { SETTINGS_NAME, nearestSettings } from '../../settings/find';
import { readSettings } from '../../settings/read';
import { pathInSettings } from '../../settings/write';
import { type RunFile, measuringOf } from '../../contract/run-file';
import { type Settings, dataChoicesOf, dataShape } from '../../contract/settings';

/** What decides the loss of a checkpoint: where a run leaves it out, a nearest file that gives it says something else. */
const DECISIVE = [
  'input',
  'loss',
  'outputs',
  'labelSmoothing',
  'classWeights',
  'sampleWeights',
  'samples',
  'trained',
  ...(Object.keys(dataShape) as (keyof typeof dataShape)[]),
] as const;

/**
 * Writes a `landscape.json` beside the checkpoints of a run, so that they are measured as they were trained: on its data,
 * scaled alike, with its loss and rows. Not where one lies there already, or where the nearest one says the same.
 */
export async function writeRunSettings(folder: string, run: RunFile): Promise<void> {
  const file = join(folder, SETTINGS_NAME);
  const nearest = await nearestSettings(folder);
  if (nearest === file) return;
  const own = settingsOf(run);
  // One with a mistake in it, farther up, is none for these checkpoints.
  const known = nearest && (await readSettings(nearest).catch(() => undefined))?.settings;
  const keys = new Set([...Object.keys(own), ...DECISIVE] as (keyof Settings)[]);
  if (known && [...keys].every((key) => isDeepStrictEqual(known[key], own[key]))) return;
  const content = { ...own, data: pathInSettings(file, run.data) };
  await writeOwn(file, `${JSON.stringify(content, undefined, 2)}\n`);
}

function settingsOf(run: RunFile): Settings {
  const { data, input, loss, outputs, classWeights, sampleWeights, samples, validation, seed } = run;
  // Rows drawn by the seed of the run.
  const rows = {
    ...(samples === undefined ? {} : { samples }),
    ...(typeof samples === 'number' ? { seed } : {}),
  };
  return {
    data,
    ...dataChoicesOf(run),
    ...(input ? { input } : {}),
    ...(loss ? { loss } : {}),
    ...(outputs ? { outputs } : {}),
    ...(classWeights ? { classWeights } : {}),
    ...(sampleWeights ? { sampleWeights } : {}),
    ...(validation === undefined ? rows : { trained: { ...rows, validation, seed } }),
    ...measuringOf(run),
  };
}

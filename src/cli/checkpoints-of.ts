import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isCheckpointName, isRunName } from '../contract/checkpoint-names';
import { UserError } from '../core/errors';
import { exportPathOf } from '../python/command';
import { readSettings } from '../settings/read';
import { withoutNamedNetwork } from '../settings/run-files';
import type { CliOptions } from './options';

/** What says which file of a folder is the network of the others. */
type NetworkOptions = Pick<CliOptions, 'model' | 'config' | 'python'>;

/** In the order of their numbers: `epoch-2` before `epoch-10`. */
const order = new Intl.Collator('en', { numeric: true });

/**
 * The checkpoints that a person named: files as they are, a folder by the checkpoints directly in it, without that which
 * options or settings name as the network of the others.
 * @returns absolute paths.
 * @throws UserError for a folder that holds none.
 */
export async function checkpointsOf(
  named: readonly string[],
  options: NetworkOptions = {},
): Promise<string[]> {
  const paths = await Promise.all(named.map(async (each) => insideOf(resolve(each), options)));
  return paths.flat();
}

async function insideOf(path: string, options: NetworkOptions): Promise<string[]> {
  const status = await stat(path).catch(() => undefined);
  if (!status?.isDirectory()) return [path];
  const names = await readdir(path);
  // A folder that is itself one checkpoint is named by its file, which its reader says.
  if (names.includes('saved_model.pb') || names.includes('.metadata')) return [path];
  const found = names
    .filter(isRunName)
    .sort(order.compare)
    .map((name) => join(path, name));
  if (found.length === 0)
    throw new UserError(`${path} holds no checkpoints: name files, or a folder of them.`);
  return withoutNamedNetwork(found, await networkAmong(found, options));
}

/** The file that the options say holds the network, or that the person's Python writes it to. */
async function networkAmong(
  found: readonly string[],
  { model, config, python }: NetworkOptions,
): Promise<string | undefined> {
  if (model !== undefined) return resolve(model);
  if (config !== undefined) return (await readSettings(resolve(config))).settings.model;
  const weights = found.find((file) => !isCheckpointName(file));
  return python !== undefined && weights !== undefined ? exportPathOf(weights) : undefined;
}

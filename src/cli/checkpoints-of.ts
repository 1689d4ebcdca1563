import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { NETWORK_ENDINGS, WEIGHTS_ENDINGS } from '../contract/vocabulary';
import { UserError } from '../core/errors';

/** File names that are taken for checkpoints in a folder; what a file is its content says. */
const ENDINGS = [...NETWORK_ENDINGS, ...WEIGHTS_ENDINGS].join('|').replaceAll('.', '\\.');
const NAME = new RegExp(`(\\.(${ENDINGS})|(^|[_.-])model\\.json)$`, 'i');

/** In the order of their numbers: `epoch-2` before `epoch-10`. */
const order = new Intl.Collator('en', { numeric: true });

/**
 * The checkpoints that a person named: files as they are, a folder by the checkpoints directly in it.
 * @returns absolute paths.
 * @throws UserError for a folder that holds none.
 */
export async function checkpointsOf(named: readonly string[]): Promise<string[]> {
  const paths = await Promise.all(named.map(async (each) => insideOf(resolve(each))));
  return paths.flat();
}

async function insideOf(path: string): Promise<string[]> {
  const status = await stat(path).catch(() => undefined);
  if (!status?.isDirectory()) return [path];
  const names = await readdir(path);
  // A folder that is itself one checkpoint is named by its file, which its reader says.
  if (names.includes('saved_model.pb') || names.includes('.metadata')) return [path];
  const found = names.filter((name) => NAME.test(name)).sort(order.compare);
  if (found.length === 0)
    throw new UserError(`${path} holds no checkpoints: name files, or a folder of them.`);
  return found.map((name) => join(path, name));
}

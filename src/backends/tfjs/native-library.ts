import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import util from 'node:util';
import { UserError, messageOf } from '../../core/errors';
import type { Tf } from './tf';
import type { Library } from './libraries';

const PACKAGE = '@tensorflow/tfjs-node';

/** Environment variable that names the folder of tfjs-node, for the terminal. */
const VARIABLE = 'LANDSCAPE_TENSORFLOW_PATH';

type TfjsNode = Tf & { readonly version: Readonly<Record<string, string>> };

/**
 * TensorFlow's own library by @tensorflow/tfjs-node: from `folder` (the package, or what holds its node_modules), else
 * from where the environment says, else the one installed beside us.
 */
export async function loadNative(folder: string | undefined): Promise<Library> {
  const place = folder ?? process.env[VARIABLE];
  const file = place ? packageIn(place) : PACKAGE;
  restoreRemovedUtilities();
  // Read when the library loads: log errors only. With oneDNN it always writes a line to stderr; without it, products
  // are as fast, convolutions somewhat slower and the rest faster.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '3';
  process.env.TF_ENABLE_ONEDNN_OPTS ??= '0';
  let tf: TfjsNode;
  try {
    tf = createRequire(import.meta.url)(file) as TfjsNode;
  } catch (error) {
    const [reason] = messageOf(error).split('\n');
    throw new UserError(
      place
        ? `${file} cannot be loaded (${reason}).`
        : `${PACKAGE} is not installed: install it, and name its folder in landscape.tensorflowPath or ${VARIABLE}.`,
    );
  }
  tf.env().set('PROD', true);
  if (!(await tf.setBackend('tensorflow'))) throw new UserError(`${file} could not start TensorFlow.`);
  return { tf, versions: { [PACKAGE]: tf.version['tfjs-node'], ...libraryVersion(tf) } };
}

function packageIn(folder: string): string {
  const inside = path.resolve(folder, 'node_modules', PACKAGE);
  const file = existsSync(inside) ? inside : path.resolve(folder);
  if (!existsSync(path.join(file, 'package.json')))
    throw new UserError(`${folder} holds no ${PACKAGE}: name the folder in which it was installed.`);
  return file;
}

/** tfjs-node 4.22 calls functions of node:util that Node 23 took away. */
function restoreRemovedUtilities(): void {
  const removed = util as unknown as Record<string, unknown>;
  removed.isNullOrUndefined ??= (x: unknown) => x === null || x === undefined;
  removed.isArray ??= Array.isArray;
}

function libraryVersion(tf: Tf): Record<string, string> {
  const { binding } = tf.backend() as unknown as { binding?: { TF_Version?: string } };
  return binding?.TF_Version ? { TensorFlow: binding.TF_Version } : {};
}

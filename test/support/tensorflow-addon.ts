import { existsSync } from 'node:fs';
import path from 'node:path';

const built = path.join(__dirname, '../../.cache/tensorflow');

/** Where tests find tfjs-node with its addon: LANDSCAPE_TFJS_NODE, or what `npm run setup:tensorflow` has built. */
export const tensorflowPath =
  process.env.LANDSCAPE_TFJS_NODE ?? (existsSync(path.join(built, 'stamp.json')) ? built : undefined);

if (process.env.LANDSCAPE_REQUIRE_TENSORFLOW && tensorflowPath === undefined)
  throw new Error('The tests of the tensorflow backend may not be skipped here: npm run setup:tensorflow');

/** Why the tests that need it are skipped, or false. */
export const withoutAddon =
  tensorflowPath === undefined && 'TensorFlow is not built here: npm run setup:tensorflow';

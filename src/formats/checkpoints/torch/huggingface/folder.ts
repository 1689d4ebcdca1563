import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UserError } from '../../../../core/errors';
import { readJson } from '../../../containers/json';
import { type FileSource, openFile } from '../../../containers/source';
import { Config } from './config';

const CONFIG = 'config.json';

/** Files that hold the weights of a folder of transformers, the first that is there. */
const WEIGHTS = [
  'model.safetensors',
  'model.safetensors.index.json',
  'pytorch_model.bin',
  'pytorch_model.bin.index.json',
];

/** The weights in a folder that `save_pretrained` wrote; undefined for any other folder. */
export function weightsIn(folder: string): string | undefined {
  if (!existsSync(join(folder, CONFIG))) return undefined;
  return WEIGHTS.map((name) => join(folder, name)).find((path) => existsSync(path));
}

/** A configuration with its file, which is still open. */
export interface ConfigFile {
  readonly config: Config;
  readonly source: FileSource;
}

/** The configuration of transformers beside a file of weights; undefined where there is none, or it is somebody else's. */
export function configBeside(weights: string): ConfigFile | undefined {
  const path = join(dirname(weights), CONFIG);
  if (!existsSync(path)) return undefined;
  const source = openFile(path);
  const config = configOf(source);
  if (config) return { config, source };
  source.close();
  return undefined;
}

function configOf(source: FileSource): Config | undefined {
  try {
    const settings = readJson(source);
    if (typeof settings !== 'object' || settings === null || Array.isArray(settings)) return undefined;
    const config = new Config(settings as Record<string, unknown>, source.name);
    return config.modelType === '' ? undefined : config;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

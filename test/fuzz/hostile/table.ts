import { EXTERNAL_DATA } from './external-data';
import type { Hostile } from './hostile';
import { PICKLED_NAMES } from './pickled-names';
import { PICKLES } from './pickles';
import { PROGRAMS } from './programs';
import { SAFETENSORS } from './safetensors';

const ALL: readonly Hostile[] = [...PICKLED_NAMES, ...PICKLES, ...SAFETENSORS, ...PROGRAMS, ...EXTERNAL_DATA];

/** Every hostile file, by what it is and its name. */
export const HOSTILE: ReadonlyMap<string, Hostile> = new Map(
  ALL.map((hostile) => [`${hostile.what} (${hostile.file})`, hostile]),
);

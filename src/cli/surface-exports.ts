import { extname } from 'node:path';
import { InvalidArgumentError } from 'commander';
import type { Surface } from '../contract/surface';
import { matplotlibLines } from '../wording/surface-files/matplotlib';
import { surfaceNpz } from '../wording/surface-files/npz';
import { surfaceObj } from '../wording/surface-files/obj';
import { surfaceVti } from '../wording/surface-files/vti';
import type { Wanted } from './output';

const ENDINGS = ['.npz', '.vti', '.obj', '.py'] as const;

/** Takes one more `--export`. */
export function exported(file: string, before: readonly string[] = []): readonly string[] {
  if (!ENDINGS.includes(extname(file) as (typeof ENDINGS)[number]))
    throw new InvalidArgumentError(`Give a name that ends in ${ENDINGS.join(', ')}.`);
  return [...before, file];
}

/** What to write for other programs; of several pictures a mesh or an image holds the first, and others are numbered. */
export function exportsOf(surface: Surface, files: readonly string[] = []): Wanted[] {
  return files.flatMap((file): Wanted[] => {
    switch (extname(file)) {
      case '.npz':
        return [[file, () => surfaceNpz(surface)]];
      case '.py':
        return [[file, () => matplotlibLines(surface)]];
      case '.obj':
        return surface.pictures.map((picture, i) => [numbered(file, i), () => surfaceObj(surface, picture)]);
      default:
        return surface.pictures.map((picture, i) => [numbered(file, i), () => surfaceVti(surface, picture)]);
    }
  });
}

function numbered(file: string, i: number): string {
  const ending = extname(file);
  return i === 0 ? file : `${file.slice(0, -ending.length)}-${i + 1}${ending}`;
}

import { dirname, join } from 'node:path';
import type { PythonText } from './python-text';

const IMPORT = /^[ \t]*from[ \t]+([.\w]+)[ \t]+import[ \t]+(\([^)]*\)|[^\n]+)/gm;

/** The files that a name may be imported from: `from .base import Base` of a file in a folder of modules. */
export function importedFrom(
  { code }: PythonText,
  name: string,
  { root, path }: { readonly root: string; readonly path: string },
): string[] {
  return [...code.matchAll(IMPORT)].flatMap(([, module, names]) => {
    if (!new RegExp(`(?:^|[\\s,(])${name}\\s*(?:[,)\\n]|$)`).test(names)) return [];
    const [dots] = /^\.*/.exec(module) ?? [''];
    let folder = root;
    if (dots.length > 0) folder = dirname(path);
    for (let up = 1; up < dots.length; up++) folder = dirname(folder);
    const parts = module.slice(dots.length).split('.').filter(Boolean);
    return [join(folder, ...parts) + '.py', join(folder, ...parts, '__init__.py')];
  });
}

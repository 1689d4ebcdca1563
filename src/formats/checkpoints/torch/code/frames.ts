import { asText } from '../../../../core/as-text';

/** A line of a stack trace as Python prints it. */
export interface Frame {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

const FRAME = /File "([^"\n]*)", line (\d+), in [^\n]*(?:\n {4}([^\n]*))?/g;
const LIBRARY = /[\\/](?:site|dist)-packages[\\/]|[\\/]torch[\\/](?:nn|fx|_?export|_dynamo)[\\/]|^torch[\\/]/;

/** The frames of a trace, the outermost first. */
export const framesOf = (trace: string): Frame[] =>
  [...trace.matchAll(FRAME)].map(([, file, line, text = '']) => ({
    file,
    line: Number(line),
    text: asText(text),
  }));

/** Is this code of installed packages? */
export const isLibrary = ({ file }: Frame): boolean => LIBRARY.test(file);

/** Code of a notebook's cell, by the name that a notebook, or our own script, gives it. */
const CELL = /[\\/]ipykernel_\d+[\\/]|^<ipython-input-|\.ipynb cell \d+$/;

/** Parts of a path. */
const parts = (file: string): string[] => file.split(/[\\/]/).filter((part) => part !== '');

/** A file that a report may name: its last part, and as many before it as the module's own name has. */
export function nameOf(file: string, module: readonly string[] = []): string {
  if (CELL.test(file)) {
    const notebook = /([^\\/]+\.ipynb) cell \d+$/.exec(file);
    return notebook ? notebook[1] : '.ipynb';
  }
  const found = parts(file);
  const library = Math.max(found.lastIndexOf('site-packages'), found.lastIndexOf('dist-packages'));
  if (library >= 0) return found.slice(library + 1).join('/');
  return found.slice(-Math.max(1, lengthOfModule(file, module))).join('/');
}

/** How many of the last parts of a path are those of a module: `pkg/net.py` of `pkg.net`; 0 where it is another file. */
export function lengthOfModule(file: string, module: readonly string[]): number {
  const found = parts(file.replace(/\.ipynb cell \d+$/, '.py'));
  const last = found.pop()?.replace(/\.pyi?$/, '');
  const own = last === '__init__' ? found : [...found, last];
  const fits = module.length > 0 && module.every((part, i) => own[own.length - module.length + i] === part);
  return fits ? module.length + (last === '__init__' ? 1 : 0) : 0;
}

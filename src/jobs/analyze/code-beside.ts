import { dirname, join, relative, resolve } from 'node:path';
import type { LayerSource, Owner } from '../../contract/source';
import { readPlainText } from '../../files/plain-file';
import { definitionOf, type Definition } from '../../python/lines/definition';
import { importedFrom } from '../../python/lines/imports';
import { type SourcedTensor, fits, withoutClass } from '../../python/lines/place';
import { PythonText } from '../../python/lines/python-text';

/** How many folders above a checkpoint may be the one of its project. */
const MOST_FOLDERS = 6;
/** Nobody writes a larger file of networks. */
const LARGEST_CODE = 2 * 2 ** 20;

/** A file of code that was found, and the folder that its name is from. */
interface Code {
  readonly root: string;
  readonly path: string;
  readonly text: PythonText;
}

/** A line that was found, with the class that has it. */
interface Located {
  readonly definition: Definition;
  readonly owner: Owner;
  readonly text: PythonText;
}

/**
 * The lines that make layers, looked up in the code beside the checkpoint: in its folder and those above, under the name that
 * the export remembers. The code is read as text. A tensor whose line is not found there keeps what the export says.
 */
export class CodeBeside {
  private readonly read = new Map<string, Promise<PythonText | undefined>>();
  private readonly roots: readonly string[];

  constructor(checkpoint: string) {
    const roots = [dirname(resolve(checkpoint))];
    while (roots.length < MOST_FOLDERS && dirname(roots[roots.length - 1]) !== roots[roots.length - 1])
      roots.push(dirname(roots[roots.length - 1]));
    this.roots = roots.flatMap((root) => [root, join(root, 'src')]);
  }

  async sourceOf(tensor: SourcedTensor): Promise<LayerSource> {
    const { source } = tensor;
    const found = await this.placed(tensor, source.owners);
    if (!found) return source;
    const ties: Owner[][] = [];
    for (const owners of source.ties ?? [])
      ties.push(
        (await this.placed({ ...tensor, source: withoutClass(source) }, owners))?.owners ?? [...owners],
      );
    return { ...source, ...found, ...(ties.length > 0 ? { ties } : {}) };
  }

  private async placed(tensor: SourcedTensor, owners: readonly Owner[]) {
    for (const [i, owner] of owners.entries()) {
      const code = await this.find(owner);
      if (!code) continue;
      const found = await this.definition(code, owner, tensor.source.module);
      if (found === 'inherited') continue;
      if (found === undefined) return undefined;
      const { definition, owner: own } = found;
      if (!fits(found.text, definition, owner, tensor)) return undefined;
      const { line, text } = definition;
      return {
        file: own.file,
        line,
        text,
        kind: 'definition' as const,
        owners: [own, ...owners.slice(i + 1)],
      };
    }
    return undefined;
  }

  /** Looked for in a class and, where that is derived from classes of other files, in those. */
  private async definition(
    { root, path, text }: Code,
    owner: Owner,
    module: string | undefined,
    depth = 0,
  ): Promise<Located | 'inherited' | undefined> {
    const definition = definitionOf(text, owner, module);
    if (definition === undefined) return undefined;
    if (!('inherits' in definition)) return { definition, owner, text };
    for (const base of depth < MOST_FOLDERS ? definition.inherits : []) {
      for (const file of importedFrom(text, base, { root, path })) {
        const other = await this.textOf(file);
        if (!other) continue;
        const heir = { ...owner, className: base, file: relative(root, file).replaceAll('\\', '/') };
        const found = await this.definition({ root, path: file, text: other }, heir, module, depth + 1);
        if (found !== 'inherited') return found;
      }
    }
    return 'inherited';
  }

  private async find({ file, className }: Owner): Promise<Code | undefined> {
    const parts = file.split('/');
    if (!file.endsWith('.py') || parts.includes('..')) return undefined;
    for (const root of this.roots) {
      const path = join(root, ...parts);
      const text = await this.textOf(path);
      if (text && text.classes(className).length > 0) return { root, path, text };
    }
    return undefined;
  }

  private textOf(path: string): Promise<PythonText | undefined> {
    const known =
      this.read.get(path) ??
      readPlainText(path, LARGEST_CODE).then(
        (text) => new PythonText(text),
        // Not there, or not to be read: the next folder may have it.
        () => undefined,
      );
    this.read.set(path, known);
    return known;
  }
}

import path from 'node:path';
import { isCheckpointName, isMeasuredName, isPytorchName } from '../../contract/checkpoint-names';
import type { PathExpression } from './spelled-path';

export interface ResolveContext {
  /** The folder of the document or notebook, if it lies on disk. */
  readonly documentFolder: string | undefined;
  readonly workspaceFolders: readonly string[];
  exists(file: string): Promise<boolean>;
  /** Files of the workspace whose path ends in these parts. Asked only when nothing else is found. */
  endingIn(parts: readonly string[]): Promise<readonly string[]>;
}

/**
 * The checkpoint that an expression names: as it stands if absolute, else from the document's folder, else from a
 * workspace folder, else the one file of the workspace that ends so. Undefined when none, or several, would do.
 */
export async function resolveCheckpoint(
  expression: PathExpression,
  context: ResolveContext,
): Promise<string | undefined> {
  const { parts, anchored } = expression;
  if (!isMeasuredName(path.join(...parts))) return undefined;
  if (anchored) {
    const bases = [context.documentFolder, ...context.workspaceFolders].filter((base) => base !== undefined);
    const absolute = parts.some((part) => path.isAbsolute(part));
    // As in Python, an absolute part starts anew.
    const candidates = absolute
      ? [path.resolve(...parts)]
      : bases.map((base) => path.resolve(base, ...parts));
    for (const candidate of candidates) if (await context.exists(candidate)) return candidate;
    if (absolute) return undefined;
  }
  const tail = path
    .join(...parts)
    .split(/[\\/]/)
    .filter((part) => part !== '' && part !== '.');
  // What goes up from an unknown folder says nothing about where it ends.
  if (tail.includes('..')) return undefined;
  const found = await context.endingIn(tail);
  return found.length === 1 ? found[0] : undefined;
}

/** Are these files of one folder several of a run? One of weights and one of a network are most often the same one. */
export const holdsRun = (files: readonly string[]): boolean =>
  [isCheckpointName, isPytorchName].some((isOne) => files.filter(isOne).length > 1);

/** In the order of their numbers: `epoch-2` before `epoch-10`. */
const ORDER = new Intl.Collator('en', { numeric: true });

/** The workspace's checkpoints by file name, to find one by the last parts of its path. */
export class SuffixIndex {
  private readonly byName = new Map<string, Set<string>>();

  add(file: string): void {
    const name = path.basename(file);
    const files = this.byName.get(name) ?? new Set();
    this.byName.set(name, files.add(file));
  }

  remove(file: string): void {
    this.byName.get(path.basename(file))?.delete(file);
  }

  /** Takes out the files of a folder and those below. @returns whether there were any. */
  removeUnder(folder: string): boolean {
    const inside = this.all().filter((file) => file.startsWith(folder + path.sep));
    for (const file of inside) this.remove(file);
    return inside.length > 0;
  }

  all(): string[] {
    return [...this.byName.values()].flatMap((files) => [...files]);
  }

  /** The files of each folder that are wanted, both in the order of their numbers. */
  byFolder(isWanted: (file: string) => boolean = () => true): Map<string, string[]> {
    const folders = new Map<string, string[]>();
    for (const file of this.all().filter(isWanted).sort(ORDER.compare)) {
      const folder = path.dirname(file);
      const files = folders.get(folder) ?? [];
      files.push(file);
      folders.set(folder, files);
    }
    return folders;
  }

  endingIn(parts: readonly string[]): string[] {
    const files = this.byName.get(parts.at(-1) ?? '') ?? new Set<string>();
    return [...files].filter((file) => {
      const own = file.split(/[\\/]/);
      return parts.every((part, index) => own[own.length - parts.length + index] === part);
    });
  }
}

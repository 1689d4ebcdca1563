import type { LayerSource, Owner } from '../../../../contract/source';
import { type Frame, framesOf, isLibrary, lengthOfModule, nameOf } from './frames';

/** A module that was being called: its path in the network and its class with the name of its Python module. */
export interface CalledModule {
  readonly path: string;
  readonly className: string;
}

/** A call of an operator as an exporter recorded it. */
export interface TracedCall {
  /** The outermost first. */
  readonly modules: readonly CalledModule[];
  /** As Python prints it, the outermost frame first. */
  readonly trace: string;
  /** Names of what goes in. */
  readonly inputs: readonly string[];
}

/** A tensor with all the paths of the network that it stands for, and what it is called where operators take it. */
export interface TracedTensor {
  readonly name: string;
  readonly names: readonly string[];
  readonly placeholders: readonly string[];
}

/** Classes around one tensor that are worth naming; networks nest less deeply. */
const MOST_OWNERS = 8;

/** Where in the author's code each tensor comes from, by its name; those of which nothing is known are left out. */
export function sourcesOf(
  calls: Iterable<TracedCall>,
  tensors: Iterable<TracedTensor>,
): Map<string, LayerSource> {
  const traced = new Traced(calls);
  const found = new Map<string, LayerSource>();
  for (const tensor of tensors) {
    const source = traced.sourceOf(tensor);
    if (source) found.set(tensor.name, source);
  }
  return found;
}

/** What the calls of a program say of its modules. */
class Traced {
  private readonly classes = new Map<string, string>();
  /** The first call within a module, and the first that takes a tensor. */
  private readonly within = new Map<string, TracedCall>();
  private readonly taking = new Map<string, TracedCall>();
  /** Files that frames lie in. */
  private readonly files = new Set<string>();
  private readonly frames = new Map<TracedCall, readonly Frame[]>();
  private readonly resolved = new Map<string, Pick<Owner, 'file' | 'className'>>();

  constructor(calls: Iterable<TracedCall>) {
    for (const call of calls) {
      const modules = call.modules.map(({ path, className }) => ({ path: withoutCount(path), className }));
      for (const { path, className } of modules) this.classes.set(path, className);
      const innermost = modules.at(-1)?.path;
      if (innermost === undefined) continue;
      if (!this.within.has(innermost)) this.within.set(innermost, call);
      for (const name of call.inputs) if (!this.taking.has(name)) this.taking.set(name, call);
    }
    for (const call of [...this.within.values(), ...this.taking.values()])
      for (const { file } of this.framesOf(call)) this.files.add(file);
  }

  sourceOf({ names, placeholders }: TracedTensor): LayerSource | undefined {
    const call = [
      ...placeholders.map((each) => this.taking.get(each)),
      ...names.map((name) => this.within.get(parent(name))),
    ].find((each) => each !== undefined);
    if (call === undefined) return undefined;
    const frame = called(this.framesOf(call));
    const [owners = [], ...ties] = names
      .map((name) => this.ownersOf(name, call))
      .filter((each) => each.length > 0);
    if (frame === undefined || owners.length === 0) return undefined;
    const module = this.classes.get(parent(names[0]));
    const own = owners.find(({ file }) => frame.file.replaceAll('\\', '/').endsWith(`/${file}`));
    return {
      file: own?.file ?? nameOf(frame.file),
      line: frame.line,
      kind: 'call',
      text: frame.text,
      ...(module === undefined ? {} : { module: module.slice(module.lastIndexOf('.') + 1) }),
      owners,
      ...(ties.length > 0 ? { ties } : {}),
    };
  }

  private framesOf(call: TracedCall): readonly Frame[] {
    const known = this.frames.get(call) ?? framesOf(call.trace);
    this.frames.set(call, known);
    return known;
  }

  private ownersOf(name: string, call: TracedCall): Owner[] {
    const found: Owner[] = [];
    for (let path = parent(name); ; path = parent(path)) {
      const className = this.classes.get(path);
      if (className !== undefined && !className.startsWith('torch.'))
        found.push({
          ...this.classOf(className, call),
          attribute: path === '' ? name : name.slice(path.length + 1),
          path,
        });
      if (path === '' || found.length === MOST_OWNERS) return found;
    }
  }

  /** The file of a class, told by the frames: a class of a script is `__main__`'s, one in a function has that in its name. */
  private classOf(dotted: string, call: TracedCall): Pick<Owner, 'file' | 'className'> {
    const known = this.resolved.get(dotted);
    if (known) return known;
    const parts = dotted.split('.');
    const className = parts[parts.length - 1];
    const script = this.framesOf(call).find((frame) => !isLibrary(frame));
    const found =
      parts[0] === '__main__' && script ? nameOf(script.file) : (this.fileOf(parts) ?? guess(parts));
    const owner = { file: found, className };
    this.resolved.set(dotted, owner);
    return owner;
  }

  private fileOf(parts: readonly string[]): string | undefined {
    for (let length = parts.length - 1; length > 0; length--) {
      const module = parts.slice(0, length);
      for (const file of this.files) if (lengthOfModule(file, module) > 0) return nameOf(file, module);
    }
    return undefined;
  }
}

/** The file that a module of this name lies in. */
const guess = (parts: readonly string[]): string =>
  `${parts.slice(0, Math.max(1, parts.length - 1)).join('/')}.py`;

/** The line that calls: the innermost one of the author's own code, else of a library that is not PyTorch. */
const called = (frames: readonly Frame[]): Frame | undefined =>
  frames.filter((frame) => !isLibrary(frame)).at(-1) ??
  frames.filter(({ file }) => !/[\\/]torch[\\/]/.test(file)).at(-1);

/** A module that is called again is `conv@1`. */
const withoutCount = (path: string): string => path.replaceAll(/@\d+/g, '');

/** The path of the module that has what a path names. */
const parent = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('.')));

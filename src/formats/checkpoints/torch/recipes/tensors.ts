import type { Shape } from '../../../../autodiff/shape';

/** A tensor is missing, or its shape is not what a network needs there. */
export class Misfit extends Error {
  override readonly name = 'Misfit';
}

/** The names and shapes of a state dict, seen from one of its modules. */
export class Tensors {
  private readonly modules: ReadonlyMap<string, ReadonlySet<string>>;

  /**
   * @param shapes by full name.
   * @param path of the module that names are relative to; '' is the network.
   */
  constructor(
    private readonly shapes: ReadonlyMap<string, Shape>,
    readonly path = '',
    modules?: ReadonlyMap<string, ReadonlySet<string>>,
  ) {
    this.modules = modules ?? childrenOf(shapes.keys());
  }

  /** Seen from a module further in. */
  at(...parts: (string | number)[]): Tensors {
    return new Tensors(this.shapes, this.full(parts.join('.')), this.modules);
  }

  /** A name as the file has it. */
  full(name: string): string {
    if (name === '') return this.path;
    return this.path === '' ? name : `${this.path}.${name}`;
  }

  /** Is there a tensor of this name? */
  has(name: string): boolean {
    return this.shapes.has(this.full(name));
  }

  /** Is there a tensor of this name, or one inside a module of this name? */
  holds(name: string): boolean {
    return this.has(name) || this.modules.has(this.full(name));
  }

  /** @throws Misfit where there is no such tensor. */
  shape(name: string): Shape {
    const shape = this.shapes.get(this.full(name));
    if (!shape) throw new Misfit(`it lacks "${this.full(name)}"`);
    return shape;
  }

  /** The names directly inside a module, in the order of the file. */
  children(name = ''): string[] {
    return [...(this.modules.get(this.full(name)) ?? [])];
  }

  /** The numbers among the names directly inside a module, ascending: what a `Sequential` holds. */
  indices(name = ''): number[] {
    return this.children(name)
      .filter((child) => /^\d+$/.test(child))
      .map(Number)
      .sort((a, b) => a - b);
  }

  /** How many parts `before` + 0, 1, 2... there are, from `first` on without a gap: `layer1.` , `denselayer`. */
  count(before: string, first = 0): number {
    let count = 0;
    while (this.holds(`${before}${first + count}`)) count++;
    return count;
  }
}

/** What stands directly inside each module, by the module's full name. */
function childrenOf(names: Iterable<string>): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const name of names) {
    const parts = name.split('.');
    for (let depth = 0, path = ''; depth < parts.length; depth++) {
      const inside = found.get(path) ?? new Set<string>();
      found.set(path, inside.add(parts[depth]));
      path = path === '' ? parts[depth] : `${path}.${parts[depth]}`;
    }
  }
  return found;
}

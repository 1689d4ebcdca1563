import { type CodeFile, type Definition, type Parameter, definitionsOf, lineage, parametersBy } from './scan';

/** A class or function of the workspace that makes a network. */
export interface NetworkCode {
  readonly file: string;
  readonly name: string;
  readonly kind: 'class' | 'function';
  readonly parameters: readonly Parameter[];
  /** What the network sets on itself: the first parts of its tensors' names. */
  readonly attributes: ReadonlySet<string>;
}

/** Classes of libraries that are networks. */
const MODULES = ['Module', 'LightningModule', 'Sequential', 'PreTrainedModel', 'GenerationMixin'];

/** The networks among the classes and functions of these files, read as text: nothing of them is run. */
export function networksIn(files: readonly CodeFile[]): NetworkCode[] {
  const { all, classes } = definitionsOf(files);
  const isNetwork = (each: Definition, seen: readonly string[] = []): boolean =>
    each.bases.some((base) => {
      const own = seen.includes(base) ? undefined : classes.get(base);
      return MODULES.includes(base) || (own !== undefined && isNetwork(own, [...seen, base]));
    });
  return all.flatMap(({ file, each }): NetworkCode[] => {
    const { kind, name } = each;
    if (kind === 'class') {
      if (!isNetwork(each)) return [];
      const line = lineage(each, classes);
      const attributes = new Set(line.flatMap((of) => [...of.attributes]));
      return [{ file, name, kind, parameters: parametersBy(line), attributes }];
    }
    const returned = [...each.returns].flatMap((of) => classes.get(of) ?? []);
    const made = returned.filter((of) => isNetwork(of));
    if (made.length === 0 && !each.returns.has('Module')) return [];
    const attributes = new Set(
      made.flatMap((of) => lineage(of, classes)).flatMap((of) => [...of.attributes]),
    );
    return [{ file, name, kind, parameters: each.parameters ?? [], attributes }];
  });
}

/** The first parts of names, behind the prefixes that all of them have. */
function firstParts(names: readonly string[]): Set<string>[] {
  const found: Set<string>[] = [];
  let rest = names.map((name) => name.replaceAll('_orig_mod.', ''));
  for (;;) {
    const firsts = new Set(rest.map((name) => name.split('.')[0]));
    found.push(firsts);
    if (firsts.size !== 1 || rest.some((name) => !name.includes('.'))) return found;
    rest = rest.map((name) => name.slice(name.indexOf('.') + 1));
  }
}

/** A network with the share of a file's tensors that it has a place for, by the first parts of their names. */
export interface RankedNetwork extends NetworkCode {
  readonly share: number;
}

/** Those first that have a place for more of these tensors; classes before functions that make them. */
export function rankedFor(networks: readonly NetworkCode[], tensors: readonly string[]): RankedNetwork[] {
  const levels = firstParts(tensors);
  const shareOf = ({ attributes }: NetworkCode): number =>
    Math.max(
      ...levels.map((firsts) => [...firsts].filter((each) => attributes.has(each)).length / firsts.size),
    );
  return networks
    .map((each) => ({ ...each, share: tensors.length === 0 ? 0 : shareOf(each) }))
    .sort((a, b) => b.share - a.share || (a.kind === b.kind ? 0 : a.kind === 'class' ? -1 : 1));
}

/** The one network that has a place for every tensor, if no other has. */
export function evident(ranked: readonly RankedNetwork[]): RankedNetwork | undefined {
  const whole = ranked.filter(({ share, kind }) => share === 1 && kind === 'class');
  return whole.length === 1 ? whole[0] : undefined;
}

/** The arguments whose values a checkpoint says, by their names; undefined where it says none. */
export function argumentsFrom(
  parameters: readonly Parameter[],
  said: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> | undefined {
  const found = parameters.filter(({ name }) => Object.hasOwn(said, name));
  return found.length === 0 ? undefined : Object.fromEntries(found.map(({ name }) => [name, said[name]]));
}

/** The variable that holds a network in this code, the last one made. */
export function liveVariable(text: string, networks: readonly Pick<NetworkCode, 'name'>[]): string {
  const made = [...text.matchAll(/^([A-Za-z_]\w*)\s*=\s*(?:\w+\.)*([A-Za-z_]\w*)\s*\(/gm)].filter(
    ([, , by]) => networks.some(({ name }) => name === by),
  );
  return made.at(-1)?.[1] ?? 'model';
}

import { PickleList, PickleObject, type PickleValue } from '../weights/pickle-values';
import { entriesOf, entryOf } from '../weights/torch-objects';

/** What a module keeps of a setting: a number, a word, a switch, numbers along axes; `null` for None. */
export type ModuleSetting = null | number | string | boolean | readonly number[];

/** A module as `torch.save(model)` wrote it: nothing of its code, but its class, settings and the modules in it. */
export interface ModuleTree {
  /** With its module, `torch.nn.modules.linear.Linear`. */
  readonly className: string;
  readonly settings: ReadonlyMap<string, ModuleSetting>;
  readonly children: readonly (readonly [name: string, module: ModuleTree])[];
}

const DEEPEST = 20;
/** Modules and fields of them that are looked at: a few bytes may name the same ones many times. */
const MOST = 100_000;
const LONGEST_LIST = 16;

/** The modules of a pickled one, as far as they go; undefined for one with too many, or that holds itself. */
export function moduleTree(root: PickleObject): ModuleTree | undefined {
  return treeOf(root, 0, { count: MOST });
}

function treeOf(module: PickleObject, depth: number, left: { count: number }): ModuleTree | undefined {
  const { of, state = null } = module;
  const fields = entriesOf(state) ?? [];
  const inside = entriesOf(entryOf(state, '_modules') ?? null) ?? [];
  left.count -= 1 + fields.length + inside.length;
  if (left.count <= 0 || depth > DEEPEST) return undefined;
  const children: [string, ModuleTree][] = [];
  for (const [name, value] of inside) {
    // A layer that is None, as `model.fc = None` leaves it, computes nothing that could be known.
    if (typeof name !== 'string' || !(value instanceof PickleObject)) return undefined;
    const inner = treeOf(value, depth + 1, left);
    if (!inner) return undefined;
    children.push([name, inner]);
  }
  return { className: of, settings: settingsOf(fields), children };
}

function settingsOf(
  fields: readonly (readonly [name: PickleValue, value: PickleValue])[],
): Map<string, ModuleSetting> {
  const settings = new Map<string, ModuleSetting>();
  for (const [name, value] of fields) {
    const setting = settingOf(value);
    if (typeof name === 'string' && setting !== undefined) settings.set(name, setting);
  }
  return settings;
}

function settingOf(value: PickleValue): ModuleSetting | undefined {
  if (value === null || ['number', 'string', 'boolean'].includes(typeof value)) return value as ModuleSetting;
  if (!(value instanceof PickleList) || value.items.length > LONGEST_LIST) return undefined;
  return value.items.every((item) => typeof item === 'number') ? value.items : undefined;
}

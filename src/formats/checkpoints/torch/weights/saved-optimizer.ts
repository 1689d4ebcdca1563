import { UserError } from '../../../../core/errors';
import type { SavedOptimizer } from '../../../../contract/saved-optimizer';
import { openFile } from '../../../containers/source';
import { torchType } from '../element-types';
import { readStrided } from '../strided';
import { PickleList, type PickleValue } from './pickle-values';
import { type TorchFile, openTorchFile, soundStorage } from './torch-file';
import { entriesOf, entryOf, tensorOf } from './torch-objects';

/** Keys under which optimizers are saved beside weights, Lightning's first. */
const KEYS = [
  'optimizer_states',
  'optimizer_state_dict',
  'optimizer',
  'optimizer_state',
  'optim_state_dict',
  'optim',
  'opt',
];

/** Settings of rules that scale each parameter for itself, or descend along no gradient. */
const SCALING =
  /^(betas?\d?|beta\d_decay|eps\d?|alpha|rho|adaptive|trust_coef\w*|eta\w*|ns_\w+|step_sizes|lambd|max_iter|d)$/;

/** One group of parameters, as `optimizer.state_dict()["param_groups"]` has it. */
interface Group {
  readonly rate: number;
  readonly rule: SavedOptimizer['rule'];
  readonly settings: Partial<SavedOptimizer>;
}

/**
 * The optimizer that a checkpoint of PyTorch was saved with, or that a file of its own holds, by the groups of its state:
 * nothing of the file is run, and no tensor read but a rate that is one. Undefined where it holds none.
 * @throws UserError for what cannot be read, is damaged or hostile
 */
export function savedOptimizer(path: string): SavedOptimizer | undefined {
  const source = openFile(path);
  try {
    const file = openTorchFile(source);
    for (const { from, state } of statesIn(file.root)) {
      const groups = state.flatMap((each) => groupsOf(file, each));
      if (groups.length > 0) return summaryOf(groups, from);
    }
    const rates = numbersOf(entryOf(file.root, '_last_lr'));
    return rates.length === 0
      ? undefined
      : {
          from: '_last_lr',
          rate: rates.reduce((a, b) => Math.max(a, b)),
          rates: new Set(rates).size,
          rule: 'unknown',
        };
  } finally {
    source.close();
  }
}

/** Where optimizers may stand: under a key, in a list of several, or as all of the file. */
function statesIn(root: PickleValue): { readonly from: string; readonly state: readonly PickleValue[] }[] {
  const under = KEYS.flatMap((key) => {
    const found = entryOf(root, key);
    if (found === undefined) return [];
    const state = found instanceof PickleList ? found.items : isOptimizer(found) ? [found] : valuesOf(found);
    return [{ from: key, state }];
  });
  return [...under, { from: 'param_groups', state: [root] }];
}

const isOptimizer = (value: PickleValue): boolean => entryOf(value, 'param_groups') !== undefined;

/** Several optimizers by name. */
const valuesOf = (value: PickleValue): PickleValue[] => (entriesOf(value) ?? []).map(([, inner]) => inner);

function groupsOf(file: TorchFile, state: PickleValue): Group[] {
  const groups = entryOf(state, 'param_groups');
  if (!(groups instanceof PickleList)) return [];
  return groups.items.flatMap((group) => groupOf(file, group) ?? []);
}

function groupOf(file: TorchFile, group: PickleValue): Group | undefined {
  const rate = rateOf(file, entryOf(group, 'lr'));
  if (rate === undefined) return undefined;
  const names = (entriesOf(group) ?? []).map(([key]) => key).filter((key) => typeof key === 'string');
  const number = (key: string) => {
    const value = entryOf(group, key);
    return typeof value === 'number' && value !== 0 ? value : undefined;
  };
  if (names.some((name) => SCALING.test(name))) {
    const [beta1] = numbersOf(entryOf(group, 'betas'));
    // Lion has betas too, and takes signs.
    const isAdam = beta1 !== undefined && names.includes('eps');
    return { rate, rule: 'adaptive', settings: isAdam ? { beta1 } : {} };
  }
  if (!['momentum', 'dampening', 'nesterov'].every((name) => names.includes(name)))
    return { rate, rule: 'unknown', settings: {} };
  const settings = {
    momentum: number('momentum'),
    dampening: number('dampening'),
    nesterov: entryOf(group, 'nesterov') === true || undefined,
    weightDecay: number('weight_decay'),
  };
  const said = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
  return { rate, rule: 'descent', settings: said };
}

/** A number, or a tensor of one. */
function rateOf(file: TorchFile, value: PickleValue | undefined): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  const tensor = value === undefined ? undefined : tensorOf(value);
  if (!tensor || 'refusal' in tensor || tensor.shape.length > 0) return undefined;
  const type = torchType(tensor.type);
  const storage = soundStorage(file, tensor);
  if (!type || !storage) throw new UserError('A learning rate of the optimizer has no number in it.');
  const [rate] = readStrided(storage, { ...tensor, type });
  return Number.isFinite(rate) ? rate : undefined;
}

const numbersOf = (value: PickleValue | undefined): number[] =>
  value instanceof PickleList ? value.items.filter((item) => typeof item === 'number') : [];

/** All groups as one: a rule that scales in one of them leaves no line to any. */
function summaryOf(groups: readonly Group[], from: string): SavedOptimizer {
  const [largest] = [...groups].sort((a, b) => b.rate - a.rate);
  const other = groups.find(({ rule }) => rule !== 'descent');
  const { rule, settings } = other ?? largest;
  return {
    from: from === 'param_groups' ? from : `${from}.param_groups`,
    rate: largest.rate,
    rates: new Set(groups.map(({ rate }) => rate)).size,
    rule,
    ...settings,
  };
}

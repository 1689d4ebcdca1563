import type { Node } from '../../../../autodiff/graph';
import type { ModelTensor, TensorRole } from '../../../../network/model';
import { weightSource } from '../../weight-source';
import type { AtenCall } from './call';
import type { ExportedTensor } from './description';
import type { AtenRow } from './operators/row';

interface Use {
  readonly role: TensorRole;
  readonly filterAxis: number | undefined;
}

/** Finds out what each tensor of a program does, from the operators that it is given to. */
export class WeightRoles {
  private readonly uses = new Map<string, Use>();

  /** @param names the tensors' placeholders in the graph of the run that is watched. */
  constructor(private readonly names: ReadonlyMap<Node, string>) {}

  /** An operator is about to be built. */
  observe(row: AtenRow, call: AtenCall): void {
    for (const { argument, role, filterAxis } of row.weights?.(call) ?? []) {
      if (!call.has(argument)) continue;
      for (const reference of call.references(argument)) {
        const value = reference?.value;
        if (value?.kind !== 'computed') continue;
        const own = role === 'kernel' && value.shape.length === 1 ? 'bias' : role;
        const source = weightSource(this.names, value.node, own === role ? filterAxis : undefined);
        if (source && !this.uses.has(source.name))
          this.uses.set(source.name, { role: own, filterAxis: source.axis });
      }
    }
  }

  /** A tensor as the model has it; `allLearned` where every parameter was frozen. */
  modelTensor(tensor: ExportedTensor, allLearned: boolean): ModelTensor {
    const { name, shape, data, kind, learned } = tensor;
    const use = this.uses.get(name);
    const trainable = kind === 'parameter' && (learned || allLearned);
    const otherwise = kind === 'buffer' ? 'statistic' : shape.length > 1 ? 'kernel' : 'bias';
    const end = name.lastIndexOf('.');
    return {
      name,
      layer: end > 0 ? name.slice(0, end) : name,
      shape,
      role: kind === 'buffer' ? 'statistic' : (use?.role ?? otherwise),
      trainable,
      ...(use?.filterAxis === undefined ? {} : { filterAxis: use.filterAxis }),
      data,
    };
  }
}

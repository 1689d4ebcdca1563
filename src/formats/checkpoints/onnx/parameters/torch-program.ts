import type { onnx } from '../../../../onnx/generated/onnx';
import type { OnnxTensor, TensorOrigin } from '../description';
import { orderOfAxes, rearranging } from './rearrangement';
import { EXPORTS_WHOLE, type Settled, type Unsettled, listed } from './settled';

// Files by PyTorch's exporter of programs (dynamo) say what each tensor of the network was, and, where the exporter
// computed with them beforehand, from which ones each tensor of the file comes.

const SIGNATURE = 'pkg.torch.export.ExportedProgram.graph_signature';
const FOLDED_FROM = 'pkg.onnxscript.optimizer.folded_from';
const RULE = 'pkg.onnxscript.rewriter.rule_name';

/** What the exporter says of the network that it exported. */
export interface TorchProgram {
  /** Every tensor of the network by its own name, whether the file still holds it or not. */
  readonly origins: ReadonlyMap<string, TensorOrigin>;
  /** The names of what a tensor of the file was computed from. */
  readonly sources: ReadonlyMap<string, readonly string[]>;
  /** Which of the exporter's rules changed the graph. */
  readonly rules: readonly string[];
}

/** @returns undefined for files by another exporter. */
export function torchProgram(graph: onnx.GraphProto.$Properties): TorchProgram | undefined {
  const signature = graph.metadataProps?.find(({ key }) => key === SIGNATURE);
  if (!signature) return undefined;
  const lines = (signature.value ?? '').matchAll(/: (PARAMETER|BUFFER|CONSTANT_TENSOR) target='([^']*)'/g);
  const kinds: Readonly<Record<string, TensorOrigin>> = {
    PARAMETER: 'parameter',
    BUFFER: 'buffer',
    CONSTANT_TENSOR: 'constant',
  };
  const values = [...(graph.valueInfo ?? []), ...(graph.initializer ?? [])];
  const sources = values.flatMap(({ name, metadataProps }) => {
    const from = metadataProps?.find(({ key }) => key === FOLDED_FROM)?.value;
    return from ? [[name ?? '', [...from.matchAll(/'([^']*)'/g)].map(([, each]) => each)] as const] : [];
  });
  const rules = (graph.node ?? []).flatMap(({ metadataProps }) =>
    (metadataProps ?? []).flatMap(({ key, value }) => (key === RULE ? (value ?? '').split(', ') : [])),
  );
  return {
    origins: new Map([...lines].map(([, kind, name]) => [name, kinds[kind]])),
    sources: new Map(sources),
    rules: [...new Set(rules)],
  };
}

/** What turns a tensor's axes or takes parts of it, and computes nothing. */
const TURNS =
  /^(val|t|transpose|permute|view|reshape|_unsafe_view|unsqueeze|squeeze|flatten|unflatten|clone|contiguous|alias|detach|detach_|lift_fresh_copy|to|_to_copy|movedim|moveaxis|swapaxes|expand|expand_as|cat|concat|stack)(_\d+)?$/;
const CUTS =
  /^(select|slice|narrow|unbind|split|split_with_sizes|chunk|getitem|index|index_select|embedding|gather)(_\d+)?$/;
/** What may take a number more than once. */
const LOOKS_UP = /^(index|index_select|embedding|gather|expand|expand_as)(_\d+)?$/;
/** Positions and sizes, which no number of a parameter goes into. */
const PLACES =
  /^(arange|full|full_like|ones|zeros|ones_like|zeros_like|scalar_tensor|scalar_tensor_default|sym_size|new_full|new_zeros)(_\d+)?$/;

/** The parameters as PyTorch had them, where the exporter's own words allow it; notes for the others. */
export function settleProgram(graph: Unsettled, program: TorchProgram): Settled {
  return new Settlement(graph, program).settled();
}

class Settlement {
  private readonly initializers: Map<string, OnnxTensor>;
  private readonly origins: Map<string, TensorOrigin>;
  private readonly before: Settled['nodes'][number][] = [];
  private readonly renamed = new Map<string, string>();
  private readonly explained = new Set<string>();
  private readonly computed: string[] = [];
  private readonly parts: string[] = [];
  private readonly inGraph: ReadonlySet<string>;

  constructor(
    private readonly graph: Unsettled,
    private readonly program: TorchProgram,
  ) {
    this.initializers = new Map(graph.initializers);
    this.origins = new Map(program.origins);
    this.inGraph = new Set(graph.nodes.flatMap(({ outputs }) => outputs));
  }

  settled(): Settled {
    for (const tensor of this.graph.initializers.values())
      if (tensor.type === 'float' && !this.program.origins.has(tensor.name)) this.settle(tensor);
    const rename = (name: string) => this.renamed.get(name) ?? name;
    return {
      nodes: [...this.before, ...this.graph.nodes].map((node) => ({
        ...node,
        inputs: node.inputs.map(rename),
      })),
      initializers: new Map(
        [...this.initializers.values()].map((tensor) => {
          const name = rename(tensor.name);
          return [name, { ...tensor, name }];
        }),
      ),
      origins: this.origins,
      // Older exporters do not say what went into a tensor: what is missing may be in any that is nameless.
      told: this.program.sources.size > 0 || this.missing().others.length === 0,
      notes: this.notes(),
    };
  }

  /** A tensor that the network did not have: which of its own went into it? */
  private settle(tensor: OnnxTensor): void {
    const sources = this.program.sources.get(tensor.name);
    if (!sources) return;
    const parameters = sources.filter((name) => this.program.origins.get(name) === 'parameter');
    this.origins.set(tensor.name, parameters.length > 0 ? 'parameter' : 'constant');
    if (parameters.length === 0) return;
    parameters.forEach((name) => this.explained.add(name));
    const [single] = parameters;
    const stored = parameters.length === 1 ? this.initializers.get(single) : undefined;
    if (stored) this.tie(stored, tensor);
    else if (!this.isRearranged(tensor, sources, parameters))
      this.computed.push(`"${tensor.name}" from ${listed(parameters, 4)}`);
    else if (parameters.length === 1) this.rename(tensor, single, sources);
  }

  /** A copy of a parameter that the file holds too is that parameter. */
  private tie(source: OnnxTensor, copy: OnnxTensor): void {
    const order = orderOfAxes(source, copy);
    if (!order) {
      this.computed.push(`"${copy.name}" from ${source.name}, which it also has by itself`);
      return;
    }
    const { nodes, shape } = rearranging(source, copy, order);
    this.initializers.delete(copy.name);
    this.initializers.set(shape.name, shape);
    this.origins.delete(copy.name);
    this.before.push(...nodes);
  }

  private isRearranged(
    tensor: OnnxTensor,
    sources: readonly string[],
    parameters: readonly string[],
  ): boolean {
    const steps = [
      tensor.name,
      ...sources.filter((name) => !this.program.origins.has(name) && !this.inGraph.has(name)),
    ];
    if (!steps.every((name) => TURNS.test(name) || CUTS.test(name) || PLACES.test(name))) return false;
    const uses = this.graph.nodes.filter(({ inputs }) => inputs.includes(tensor.name));
    if (parameters.length > 1)
      return (
        uses.every(({ operator }) => /^(LSTM|GRU|RNN)$/.test(operator)) ||
        /^(cat|concat|stack)/.test(tensor.name)
      );
    // Queries that are parameters themselves are scaled beforehand, under a name that does not say so.
    const scaled = uses.some(({ operator, inputs }) => operator === 'MatMul' && inputs[0] === tensor.name);
    return !scaled && !(steps.some((name) => LOOKS_UP.test(name)) && repeats(tensor));
  }

  /** Under the parameter's own name, unless other parts of it are in the file too. */
  private rename(tensor: OnnxTensor, parameter: string, sources: readonly string[]): void {
    const cut = [tensor.name, ...sources].some((name) => CUTS.test(name) && !this.inGraph.has(name));
    if (cut) this.parts.push(`${parameter} (${tensor.name}, [${tensor.shape.join(', ')}])`);
    const taken = [...this.renamed.values()].includes(parameter);
    const name = taken ? `${parameter} (${tensor.name})` : parameter;
    this.renamed.set(tensor.name, name);
    this.origins.set(name, 'parameter');
    if (name !== tensor.name) this.origins.delete(tensor.name);
  }

  /** Parameters of the network that the file does not hold in any form: those of normalizations, and others. */
  private missing(): { ofNorms: string[]; others: string[] } {
    const { origins } = this.program;
    const held = new Set([...this.initializers.keys(), ...this.renamed.values(), ...this.explained]);
    const all = [...origins].flatMap(([name, kind]) =>
      kind === 'parameter' && !held.has(name) ? [name] : [],
    );
    const isNorm = (name: string) => origins.has(name.replace(/[^.]*$/, 'running_mean'));
    return { ofNorms: all.filter(isNorm), others: all.filter((name) => !isNorm(name)) };
  }

  private notes(): string[] {
    const { rules, sources } = this.program;
    const { ofNorms, others } = this.missing();
    const folded = rules.some((rule) => rule.startsWith('FuseBatchNorm'));
    const optimized = rules.length > 0 || sources.size > 0;
    return [
      ...(folded || ofNorms.length > 0
        ? [
            `The exporter folded batch normalization into the weights before it${ofNorms.length > 0 ? ` (${listed(ofNorms, 4)})` : ''}, so that the parameters, and their curvature, are other ones than those trained; ${EXPORTS_WHOLE}`,
          ]
        : []),
      ...(this.computed.length > 0
        ? [
            `The exporter computed tensors from the network's parameters, ${listed(this.computed, 4)}: the figures are of these tensors in their place; ${EXPORTS_WHOLE}`,
          ]
        : []),
      ...(this.parts.length > 0
        ? [
            `Of some parameters the file holds the part in use: ${listed(this.parts, 4)}. What is not in use has no curvature.`,
          ]
        : []),
      ...(others.length > 0 ? [missingNote(others, optimized)] : []),
    ];
  }
}

const missingNote = (names: readonly string[], optimized: boolean): string =>
  optimized
    ? `Parameters of the network are not in the file, ${listed(names, 4)}: each is unused, tied to another one, zero or folded away. The figures are of the others; ${EXPORTS_WHOLE}`
    : `Not in the file under their own names: ${listed(names, 4)}. Each is tied to another parameter, and counted once, or unused.`;

/** Of numbers that are looked up once hardly two are the same. */
const DISTINCT = 0.9;

/** Do its numbers come several times, as where the positions of a table are looked up more than once? */
function repeats({ data }: OnnxTensor): boolean {
  const varied = data.filter((value) => value !== 0);
  return new Set(varied).size < DISTINCT * varied.length;
}

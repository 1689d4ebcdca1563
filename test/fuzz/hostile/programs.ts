import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { MEG, type Member, archive, packedZeros, times, utf8 } from './bytes';
import type { Hostile } from './hostile';

/** A node of a program's graph, as the file has it. */
interface NodeJson {
  readonly target: string;
  readonly inputs: readonly { readonly name: string; readonly arg: object; readonly kind: number }[];
  readonly outputs: readonly object[];
  readonly metadata: object;
}

/** What of a program's description is changed here. */
interface ModelJson {
  schema_version?: { major: number };
  readonly graph_module: {
    readonly graph: {
      readonly nodes: NodeJson[];
      readonly tensor_values: Record<string, { sizes: readonly object[] }>;
    };
    readonly signature: {
      readonly input_specs: readonly { readonly user_input?: { arg: { as_tensor: { name: string } } } }[];
      readonly output_specs: readonly { readonly user_output: { arg: object } }[];
    };
  };
}

/** What the archive says of a weight. */
interface WeightJson {
  path_name: string;
  use_pickle: boolean;
  readonly tensor_meta: {
    dtype: number;
    layout: number;
    sizes: readonly object[];
    strides: readonly object[];
    storage_offset: object;
  };
}

/** The parts of a small program that a case may change. */
interface Program {
  readonly members: Map<string, Member>;
  readonly model: ModelJson;
  readonly weights: { readonly config: Record<string, WeightJson> };
}

const MODEL = 'models/model.json';
const WEIGHTS = 'data/weights/model_weights_config.json';

/** A multilayer perceptron as `torch.export` saves it, changed. */
function changed(change: (program: Program) => void): Uint8Array {
  const found = unzipSync(new Uint8Array(readFileSync(join(__dirname, '../../corpus/torch/export/mlp.pt2'))));
  const members = new Map<string, Member>(
    Object.entries(found).map(([name, bytes]) => [name, { name, bytes }]),
  );
  const root = [...members.keys()][0].split('/')[0];
  const json = (name: string): unknown => JSON.parse(new TextDecoder().decode(found[`${root}/${name}`]));
  const model = json(MODEL) as ModelJson;
  const weights = json(WEIGHTS) as Program['weights'];
  change({ members, model, weights });
  for (const [name, value] of [
    [MODEL, model],
    [WEIGHTS, weights],
  ] as const) {
    const path = `${root}/${name}`;
    if (found[path] === members.get(path)?.bytes)
      members.set(path, { name: path, bytes: utf8(JSON.stringify(value)) });
  }
  return archive([...members.values()]);
}

const nodesOf = ({ model }: Program): NodeJson[] => model.graph_module.graph.nodes;

/** Another text in place of the program's. */
const described = (bytes: () => Uint8Array) => () =>
  changed(({ members }) => {
    const name = [...members.keys()].find((each) => each.endsWith(MODEL))!;
    members.set(name, { name, bytes: bytes() });
  });

/** The name of what the last node gives. */
const lastOf = (nodes: readonly NodeJson[]): string => {
  const [given] = nodes[nodes.length - 1].outputs;
  return (given as { readonly as_tensor: { readonly name: string } }).as_tensor.name;
};

/** What the archive says of its first weight. */
const weight = (change: (said: WeightJson, program: Program) => void) => () =>
  changed((program) => {
    change(Object.values(program.weights.config)[0], program);
  });

const sizes = (...extents: readonly number[]) => extents.map((extent) => ({ as_int: extent }));

/** A node of the program's graph. */
const node = (
  target: string,
  output: string,
  ...inputs: readonly (readonly [name: string, arg: object])[]
) => ({
  target: `torch.ops.aten.${target}`,
  inputs: inputs.map(([name, arg]) => ({ name, arg, kind: 1 })),
  outputs: [{ as_tensor: { name: output } }],
  metadata: {},
});

const tensor = (name: string) => ({ as_tensor: { name } });

/** So many nodes behind the program's last, each on what the one before gave; the last is the output. */
const chain = (count: number, each: (from: string, to: string, i: number) => NodeJson) => () =>
  changed((program) => {
    const nodes = nodesOf(program);
    let last = lastOf(nodes);
    for (let i = 0; i < count; i++) {
      const to = `chain_${i}`;
      nodes.push(each(last, to, i));
      last = to;
    }
    const [spec] = program.model.graph_module.signature.output_specs;
    spec.user_output.arg = tensor(last);
  });

const IN_FILE = /x\.pt2/;
const NO_SIZE = /x\.pt2: tensor "[^"]*" has no fixed size/;
const BEYOND = /x\.pt2.* is damaged: a tensor of .* reaches beyond/;

const CASES: readonly (readonly [what: string, bytes: () => Uint8Array, ends: Hostile['ends']])[] = [
  ['a sound one', () => changed(() => undefined), 'read'],
  ['nodes in a circle', () => changed((program) => void nodesOf(program).reverse()), IN_FILE],
  ['a node of itself', chain(1, (_, to) => node('relu.default', to, ['self', tensor(to)])), IN_FILE],
  [
    'a name twice',
    chain(2, (from) => node('relu.default', 'twice', ['self', tensor(from)])),
    /"twice" is made twice/,
  ],
  [
    'no weights',
    () =>
      changed(({ members }) => {
        for (const name of members.keys()) if (/weight_\d+$/.test(name)) members.delete(name);
      }),
    /x\.pt2 holds no /,
  ],
  [
    'a weight that no list has',
    () =>
      changed(({ weights }) => void Reflect.deleteProperty(weights.config, Object.keys(weights.config)[0])),
    /is missing from the archive/,
  ],
  [
    'a weight outside of the archive',
    weight((said) => (said.path_name = '../../../../etc/passwd')),
    /x\.pt2 holds no /,
  ],
  ['a weight in a pickle', weight((said) => (said.use_pickle = true)), /is an object of a class of its own/],
  ['a sparse weight', weight((said) => (said.tensor_meta.layout = 1)), /is sparse/],
  ['a type that is none', weight((said) => (said.tensor_meta.dtype = 999)), /x\.pt2: tensor/],
  ['an extent of 1e15', weight((said) => (said.tensor_meta.sizes = sizes(1e15, 2))), BEYOND],
  ['an extent of 1e300', weight((said) => (said.tensor_meta.sizes = sizes(1e300, 2))), NO_SIZE],
  ['an extent below zero', weight((said) => (said.tensor_meta.sizes = sizes(-3, 2))), NO_SIZE],
  ['an extent of half', weight((said) => (said.tensor_meta.sizes = sizes(0.5, 2))), NO_SIZE],
  [
    'an extent nobody knows',
    weight((said) => (said.tensor_meta.sizes = [{ as_expr: { expr_str: 's0 + 1/0' } }])),
    NO_SIZE,
  ],
  ['a place far beyond', weight((said) => (said.tensor_meta.storage_offset = sizes(1e12)[0])), BEYOND],
  ['a place below zero', weight((said) => (said.tensor_meta.storage_offset = sizes(-1)[0])), NO_SIZE],
  [
    'one number a billion times',
    weight((said) => {
      said.tensor_meta.sizes = sizes(1e5, 1e4);
      said.tensor_meta.strides = sizes(0, 0);
    }),
    /x\.pt2 asks for .* numbers, far more than/,
  ],
  ['fewer strides than axes', weight((said) => (said.tensor_meta.strides = sizes(1))), IN_FILE],
  [
    'a million axes',
    weight((said) => {
      said.tensor_meta.sizes = new Array<object>(MEG).fill({ as_int: 1 });
      said.tensor_meta.strides = new Array<object>(MEG).fill({ as_int: 1 });
    }),
    IN_FILE,
  ],
  [
    'a weight that unpacks to two gigabytes',
    weight((said, { members }) => {
      const name = [...members.keys()].find((each) => each.endsWith(`/${String(said.path_name)}`))!;
      members.set(name, { name, bytes: packedZeros(2047), size: 2047 * MEG });
    }),
    /unpacks to 2\.1 GB/,
  ],
  ['lists in lists, ten million deep', described(() => times(10 * MEG, '[')), /nested too deeply/],
  ['twenty million lists', described(() => utf8(`[${'[],'.repeat(20 * MEG)}0]`)), /more values than any/],
  [
    'a description of two gigabytes',
    () =>
      changed(({ members }) => {
        const name = [...members.keys()].find((each) => each.endsWith(MODEL))!;
        members.set(name, { name, bytes: packedZeros(2047), size: 2047 * MEG });
      }),
    /is too large/,
  ],
  [
    'a text of fifty megabytes beside a bare word',
    described(() => utf8(`{"a": NaN, "b": "${'\\"a'.repeat(15 * MEG)}"}`)),
    /x\.pt2 .* is damaged/,
  ],
  ['another version', () => changed(({ model }) => (model.schema_version = { major: 9 })), /version 9/],
  ['no version', () => changed(({ model }) => void delete model.schema_version), /x\.pt2/],
  [
    'a graph of twenty thousand nodes',
    chain(20_000, (from, to) => node('relu.default', to, ['self', tensor(from)])),
    'read',
  ],
  [
    'views of views, thousands deep, and a write',
    chain(5000, (from, to, i) =>
      i < 4999
        ? node('t.default', to, ['self', tensor(from)])
        : node('relu_.default', to, ['self', tensor(from)]),
    ),
    /x\.pt2: t: it is a view of a view, over 200 deep/,
  ],
  [
    'twice as wide, a hundred times',
    chain(100, (from, to) =>
      node(
        'cat.default',
        to,
        ['tensors', { as_tensors: [{ name: from }, { name: from }] }],
        ['dim', { as_int: 1 }],
      ),
    ),
    'read',
  ],
  [
    'repeated a quintillion times',
    chain(1, (from, to) =>
      node('repeat.default', to, ['self', tensor(from)], ['repeats', { as_ints: [1, 1e18] }]),
    ),
    'read',
  ],
  [
    'a range of 1e12',
    () =>
      chained([
        node('arange.default', 'r', ['end', { as_int: 1e12 }]),
        node('sum.default', 's', ['self', tensor('r')]),
      ]),
    IN_FILE,
  ],
  [
    'ranges that double',
    () =>
      chained([
        node('arange.default', 'r0', ['end', { as_int: 1000 }]),
        ...Array.from({ length: 40 }, (_, i) =>
          node(
            'cat.default',
            `r${i + 1}`,
            ['tensors', { as_tensors: [{ name: `r${i}` }, { name: `r${i}` }] }],
            ['dim', { as_int: 0 }],
          ),
        ),
        node('sum.default', 's', ['self', tensor('r40')]),
      ]),
    IN_FILE,
  ],
  [
    'an identity of 1e6 rows',
    () =>
      chained([
        node('eye.default', 'e', ['n', { as_int: 1e6 }]),
        node('sum.default', 's', ['self', tensor('e')]),
      ]),
    IN_FILE,
  ],
  [
    'a size that nothing gives',
    () =>
      chained([
        node(
          'full.default',
          's',
          ['size', { as_sym_ints: [{ as_name: 's99' }] }],
          ['fill_value', { as_int: 1 }],
        ),
      ]),
    /the size "s99" is not known/,
  ],
  [
    'a size by dividing by nothing',
    () =>
      chained([
        symbol('floordiv', 's1', 7, 0),
        node(
          'full.default',
          's',
          ['size', { as_sym_ints: [{ as_name: 's1' }] }],
          ['fill_value', { as_int: 1 }],
        ),
      ]),
    IN_FILE,
  ],
  [
    'a size by a tower of powers',
    () =>
      chained([
        symbol('pow', 's1', 10, 300),
        node(
          'full.default',
          's',
          ['size', { as_sym_ints: [{ as_name: 's1' }] }],
          ['fill_value', { as_int: 1 }],
        ),
      ]),
    IN_FILE,
  ],
  [
    'a greatest size of two hundred thousand',
    () =>
      chained([
        {
          target: 'torch.sym_max',
          inputs: Array.from({ length: 200_000 }, () => ({ name: 'a', arg: { as_int: 2 }, kind: 1 })),
          outputs: [{ as_sym_int: { as_name: 's1' } }],
          metadata: {},
        },
        node(
          'full.default',
          's',
          ['size', { as_sym_ints: [{ as_name: 's1' }] }],
          ['fill_value', { as_int: 1 }],
        ),
      ]),
    IN_FILE,
  ],
  [
    'an input of 1e15 columns',
    () =>
      changed(({ model }) => {
        const { graph, signature } = model.graph_module;
        const input = signature.input_specs.find(({ user_input }) => user_input !== undefined)!;
        const name = input.user_input!.arg.as_tensor.name;
        graph.tensor_values[name].sizes = sizes(2, 1e15);
      }),
    /x\.pt2: the program was exported for exactly 2 rows/,
  ],
];

/** Nodes that give `s`, which is added to the program's output. */
function chained(nodes: readonly NodeJson[]): Uint8Array {
  return changed((program) => {
    const own = nodesOf(program);
    const last = lastOf(own);
    own.push(...nodes, node('add.Tensor', 'end', ['self', tensor(last)], ['other', tensor('s')]));
    const [spec] = program.model.graph_module.signature.output_specs;
    spec.user_output.arg = tensor('end');
  });
}

const symbol = (operator: string, name: string, a: number, b: number): NodeJson => ({
  target: `_operator.${operator}`,
  inputs: [a, b].map((value) => ({ name: '', arg: { as_int: value }, kind: 1 })),
  outputs: [{ as_sym_int: { as_name: name } }],
  metadata: {},
});

/** Those that take seconds to refuse. */
const LARGE = /million|gigabytes|megabytes|thousand/;

/** Programs whose descriptions, graphs or weights lie. */
export const PROGRAMS: readonly Hostile[] = CASES.map(([what, bytes, ends]): Hostile => ({
  what,
  file: 'x.pt2',
  bytes,
  ends,
  isLarge: LARGE.test(what),
}));

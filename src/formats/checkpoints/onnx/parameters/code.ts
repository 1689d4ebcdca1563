import type { LayerSource } from '../../../../contract/source';
import type { onnx } from '../../../../onnx/generated/onnx';
import { type TracedCall, sourcesOf } from '../../torch/code/sources';
import type { Settled } from './settled';
import { torchProgram } from './torch-program';

const OF_TORCH = 'pkg.torch.onnx.';

/** Where in the author's code parameters come from, as PyTorch's exporter of programs writes it beside every node. */
export function sourcesIn(
  graph: onnx.GraphProto.$Properties,
  { origins }: Pick<Settled, 'origins'>,
): Map<string, LayerSource> {
  const program = torchProgram(graph);
  if (!program) return new Map();
  const own = [...origins].flatMap(([name, origin]) => (origin === 'parameter' ? [name] : []));
  return sourcesOf(
    (graph.node ?? []).flatMap((node) => traced(node) ?? []),
    own.map((name) => {
      // A tensor that the exporter renamed is called `PARAMETER (ITS NAME)` where there is one of that name already.
      const placeholder = name.replace(/^.* \((.*)\)$/, '$1');
      const from = program.sources.get(placeholder) ?? [];
      const parameters = from.filter((each) => program.origins.get(each) === 'parameter');
      return { name, names: parameters.length > 0 ? parameters : [name], placeholders: [placeholder] };
    }),
  );
}

/** Names and classes end in the operator itself. */
function traced({ metadataProps, input }: onnx.NodeProto.$Properties): TracedCall | undefined {
  const said = new Map(
    (metadataProps ?? []).flatMap(({ key, value }): [string, string][] =>
      key?.startsWith(OF_TORCH) ? [[key.slice(OF_TORCH.length), value ?? '']] : [],
    ),
  );
  const classes = listed(said.get('class_hierarchy'));
  const paths = listed(said.get('name_scopes'));
  if (classes.length < 2 || classes.length !== paths.length || classes[0].startsWith('_empty'))
    return undefined;
  return {
    modules: paths.slice(0, -1).map((path, i) => ({ path, className: classes[i] })),
    trace: said.get('stack_trace') ?? '',
    inputs: input ?? [],
  };
}

/** The strings of a list as Python prints it. */
const listed = (text = ''): string[] => [...text.matchAll(/'([^']*)'/g)].map(([, each]) => each);

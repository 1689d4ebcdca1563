import type { onnx } from '../../../onnx/generated/onnx';
import { UserError } from '../../../core/errors';
import { elementType, toNumber } from './tensor';

/** The newest version of the file's format, and of the standard set of operators, whose meaning is known (ONNX 1.23). */
const NEWEST_FORMAT = 14;
const NEWEST_SET = 28;
/** From this version of the format on a file says which sets of operators it is written in. */
const SAYS_SETS = 3;

const isStandard = (domain: string | null | undefined): boolean => !domain || domain === 'ai.onnx';

/**
 * What ONNX's own checker asks of a file before anything is made of it: versions that exist, each name given once and
 * before it is used. Two tensors of one name would otherwise be one, whichever was read last.
 * @throws UserError with what is wrong.
 */
export function checkModel(model: onnx.ModelProto.$Properties, file: string): void {
  const refuse = (what: string) => new UserError(`${file} ${what}: export the model again.`);
  const format = toNumber(model.irVersion);
  if (!(format >= 1 && format <= NEWEST_FORMAT))
    throw refuse(`says it is version ${format} of ONNX's format, of which there are 1 to ${NEWEST_FORMAT}`);
  const imports = model.opsetImport ?? [];
  if (imports.length === 0 && format >= SAYS_SETS)
    throw refuse('does not say in which version of the operators it is written');
  checkSets(imports, refuse);
  const domains = new Set(imports.map(({ domain }) => (isStandard(domain) ? '' : domain!)));
  if (imports.length === 0) domains.add('');
  for (const body of model.functions ?? []) {
    checkSets(body.opsetImport ?? [], refuse);
    checkNodes(body.node ?? [], new Set(body.input ?? []), refuse);
  }
  if (model.graph) checkGraph(model.graph, domains, refuse);
}

/** The first that has been there before. */
function firstTwice(names: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return names.find((name) => seen.size === seen.add(name).size);
}

type Refuse = (what: string) => UserError;

function checkSets(imports: NonNullable<onnx.ModelProto.$Properties['opsetImport']>, refuse: Refuse): void {
  const standard = imports.filter(({ domain }) => isStandard(domain));
  if (standard.length > 1) throw refuse('names the standard set of operators twice');
  for (const { version } of standard) {
    const number = toNumber(version);
    if (!(number >= 1 && number <= NEWEST_SET))
      throw refuse(`is written in version ${number} of the operators, of which there are 1 to ${NEWEST_SET}`);
  }
}

function checkGraph(graph: onnx.GraphProto.$Properties, domains: ReadonlySet<string>, refuse: Refuse): void {
  const inputs = (graph.input ?? []).map(({ name }) => name ?? '');
  const stored = (graph.initializer ?? []).map(({ name }) => name ?? '');
  for (const names of [inputs, stored]) {
    const twice = firstTwice(names);
    if (twice !== undefined) throw refuse(`has two tensors of the name "${twice}"`);
  }
  const dimsOf = new Map((graph.initializer ?? []).map(({ name, dims }) => [name ?? '', dims ?? []]));
  for (const { name, type } of graph.input ?? []) {
    const element = type?.tensorType?.elemType;
    if (element && !elementType(element)) throw refuse(`has an input "${name}" that takes no numbers`);
    const dims = dimsOf.get(name ?? '');
    const said = type?.tensorType?.shape?.dim;
    if (dims && said && !fits(dims, said))
      throw refuse(`has a tensor "${name}" of another shape than its input`);
  }
  for (const node of graph.node ?? []) {
    const domain = isStandard(node.domain) ? '' : node.domain!;
    if (!domains.has(domain)) throw refuse(`uses ${domain}.${node.opType}, but names no version of that set`);
  }
  const known = new Set([...inputs, ...stored]);
  checkNodes(graph.node ?? [], known, refuse);
  const missing = (graph.output ?? []).find(({ name }) => !known.has(name ?? ''));
  if (missing) throw refuse(`has an output "${missing.name}" that nothing computes`);
}

const fits = (
  dims: NonNullable<onnx.TensorProto.$Properties['dims']>,
  said: NonNullable<onnx.TensorShapeProto.$Properties['dim']>,
): boolean =>
  dims.length === said.length &&
  said.every(({ dimValue }, axis) => !toNumber(dimValue) || toNumber(dimValue) === toNumber(dims[axis]));

/** Names are given once, and before they are used; `known` grows by those of the nodes. */
function checkNodes(nodes: readonly onnx.NodeProto.$Properties[], known: Set<string>, refuse: Refuse): void {
  const outer = new Set(known);
  for (const { name, opType, input, output, attribute } of nodes) {
    const node = `node "${name || output?.[0] || ''}" (${opType})`;
    const unknown = (input ?? []).find((each) => each !== '' && !known.has(each));
    if (unknown !== undefined)
      throw refuse(`has a ${node} that uses "${unknown}", which nothing before it computes`);
    for (const each of output ?? []) {
      if (each === '') continue;
      if (known.has(each))
        throw refuse(
          `has a ${node} that computes "${each}", ${outer.has(each) ? 'which is there already' : 'as another does'}`,
        );
      known.add(each);
    }
    const attributes = (attribute ?? []).map((each) => each.name ?? '');
    const twice = firstTwice(attributes);
    if (twice !== undefined) throw refuse(`has a ${node} whose attribute "${twice}" is given twice`);
  }
}

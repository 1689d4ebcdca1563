import type { LayerCurvature } from '../../contract/report';
import type { AnalyzeRequest } from '../../contract/settings';
import type { Problem } from '../preparation/problem';
import { CodeBeside } from './code-beside';

/** What tells where in somebody's code a tensor's layer is made: Keras names classes, PyTorch's exports remember lines. */
type LayerOrigin = Pick<LayerCurvature, 'className' | 'source'>;

const OF_KERAS: readonly string[] = ['keras', 'hdf5', 'tfjs'];

/** The origins of a network's parameters by the tensors' names; those of which nothing is known are left out. */
export async function originsOf(
  { opened, objective }: Pick<Problem, 'opened' | 'objective'>,
  { checkpoint, model }: Pick<AnalyzeRequest, 'checkpoint' | 'model'>,
): Promise<ReadonlyMap<string, LayerOrigin>> {
  const found = new Map<string, LayerOrigin>();
  const { layers, sources } = opened.model;
  const classes = new Map(layers.map(({ name, className }) => [name, className]));
  const code = [checkpoint, ...(model === undefined ? [] : [model])].map((file) => new CodeBeside(file));
  for (const { name, layer, shape } of objective.parameters.blocks) {
    const className = classes.get(layer);
    if (OF_KERAS.includes(opened.format) && className !== undefined) found.set(name, { className });
    const source = sources?.get(name);
    if (!source) continue;
    const [own, other] = code;
    const placed = await own.sourceOf({ shape, source });
    const isOpen = placed.kind === 'call' && other !== undefined;
    found.set(name, { source: isOpen ? await other.sourceOf({ shape, source }) : placed });
  }
  return found;
}

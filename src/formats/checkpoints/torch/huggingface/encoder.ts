import type { Node } from '../../../../autodiff/graph';
import { add, sliceAxis, take, tanh } from '../../../../autodiff/operations';
import type { Sight } from '../../../../network/attention';
import { attention } from '../recipes/attention';
import type { Activation } from '../recipes/images';
import type { Walk } from '../recipes/walk';
import type { Config } from './config';
import { checkLength } from './model';

/** What the modules of an encoder's block are called. */
export interface BlockNames {
  readonly query: string;
  readonly key: string;
  readonly value: string;
  readonly mixed: string;
  readonly attended: string;
  readonly wide: string;
  readonly narrow: string;
  readonly out: string;
}

export interface BlockSettings {
  readonly heads: number;
  readonly epsilon: number;
  readonly activation: Activation;
  readonly sight?: Sight;
}

/** Attention and two layers, each with a norm behind it (Vaswani et al. 2017): BERT, RoBERTa, DistilBERT. */
export function postNormBlock(
  walk: Walk,
  x: Node,
  names: BlockNames,
  { heads, epsilon, activation, sight }: BlockSettings,
): Node {
  const [q, k, v] = [names.query, names.key, names.value].map((name) => walk.linear(x, name));
  const mixed = walk.linear(attention({ q, k, v }, heads, sight), names.mixed);
  const y = walk.layerNorm(add(mixed, x), names.attended, epsilon);
  const inner = activation(walk.linear(y, names.wide));
  return walk.layerNorm(add(walk.linear(inner, names.narrow), y), names.out, epsilon);
}

/** The first rows of a table of positions: [positions, width]. */
export function firstPositions(walk: Walk, name: string, positions: number): Node {
  const table = walk.tensor(`${name}.weight`, 'embedding', 0);
  checkLength(positions, table.shape[0]);
  return sliceAxis(table, 0, 0, positions);
}

/** The first token of [rows, positions, width], through a layer and tanh. */
export const pooled = (walk: Walk, x: Node, name: string): Node => tanh(walk.linear(take(x, 1, 0), name));

/** What a head is given: the whole network, the part without head, and what that gave [rows, positions, width]. */
export interface HeadInput {
  readonly walk: Walk;
  readonly base: Walk;
  readonly x: Node;
  readonly epsilon: number;
  readonly activation: Activation;
}

export type Head = (at: HeadInput) => Node;

/** The head of the class that the configuration names, by how that name ends; a model without head where it names none. */
export function headFor(config: Config, heads: Readonly<Record<string, Head>>): Head {
  const { architecture } = config;
  const ending = Object.keys(heads).find((each) => architecture.endsWith(each));
  if (ending === undefined && architecture !== '')
    return config.refuse('architectures', `of which ${Object.keys(heads).join(', ')} are read`);
  return heads[ending ?? 'Model'];
}

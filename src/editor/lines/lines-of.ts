import type { LayerCurvature } from '../../contract/report';
import { type CodeText, type FoundLine, foundLines } from './found-lines';
import type { NetworkFigures } from './network-figures';

/** A tensor whose layer a line makes, and the instance of the class there: '' where there is but one. */
export interface TensorHere {
  readonly layer: LayerCurvature;
  readonly instance: string;
}

/** What a line makes of one network. */
export interface MadeHere {
  readonly network: NetworkFigures;
  readonly tensors: readonly TensorHere[];
}

/** A line of a text that makes layers: of the newest analysis, and of those before it. */
export interface CodePlace {
  /** Counted from 1. */
  readonly line: number;
  /** Where what makes them begins and ends. */
  readonly from: number;
  readonly to: number;
  readonly newest: MadeHere;
  readonly earlier: readonly MadeHere[];
}

/** A text, and what is remembered of how its lines read when they were first seen. */
export interface SeenText extends CodeText {
  /** Is this what stood there when a tensor was first found? Remembers it where it is the first time. */
  stands(network: NetworkFigures, tensor: string, text: string): boolean;
}

/** The lines of a text that make layers of these networks, the newest network first. Nothing where the text has changed. */
export function placesIn(file: SeenText, networks: readonly NetworkFigures[]): CodePlace[] {
  // Checkpoints of one network, which a run has many of, have their lines in common.
  const lines = new Map<string, readonly FoundLine[]>();
  const found = new Map<number, Place>();
  for (const network of networks) {
    const { structure, layers } = network;
    const own = lines.get(structure) ?? foundLines(file, layers);
    lines.set(structure, own);
    for (const each of own) {
      const layer = layers[each.tensor];
      const { line, from, to, text } = each.definition;
      if (!each.isRecorded && !file.stands(network, layer.name, text)) continue;
      const place = found.get(line) ?? { from, to, made: [] };
      found.set(line, place);
      place.from = Math.min(place.from, from);
      place.to = Math.max(place.to, to);
      const last = place.made.at(-1);
      const tensor = { layer, instance: each.instance };
      if (last?.network === network) last.tensors.push(tensor);
      else place.made.push({ network, tensors: [tensor] });
    }
  }
  return [...found]
    .sort(([a], [b]) => a - b)
    .map(([line, { from, to, made }]) => ({ line, from, to, newest: made[0], earlier: made.slice(1) }));
}

interface Place {
  from: number;
  to: number;
  readonly made: { readonly network: NetworkFigures; readonly tensors: TensorHere[] }[];
}

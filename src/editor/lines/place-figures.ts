import type { Eigenvalue, LayerCurvature } from '../../contract/report';
import { counted, formatNumber, formatPercent, withError } from '../../wording/format-number';
import type { MadeHere } from './lines-of';

/** What a line says of the layers that it makes. */
export interface PlaceFigures {
  /** Modules of the network, or layers of Keras. */
  readonly layers: number;
  /** Instances of the class that the line stands in. */
  readonly instances: number;
  /** The largest eigenvalue of a tensor's block, of all tensors, with its tensor; and the least of the instances'. */
  readonly largest?: { readonly of: LayerCurvature; readonly value: Eigenvalue; readonly least: number };
  /** Of the sum of the sizes of all tensors' traces. */
  readonly share?: number;
}

/** The figures of a line for one network. */
export function figuresOfPlace({ network, tensors }: MadeHere): PlaceFigures {
  const measured = tensors.flatMap(({ layer, instance }) =>
    layer.largest ? [{ of: layer, value: layer.largest, instance }] : [],
  );
  const byInstance = new Map<string, number>();
  for (const { value, instance } of measured)
    byInstance.set(instance, Math.max(value.value, byInstance.get(instance) ?? -Infinity));
  const [first] = [...measured].sort((a, b) => b.value.value - a.value.value);
  const traces = tensors.flatMap(({ layer }) => (layer.trace ? [layer.trace.value] : []));
  return {
    layers: new Set(tensors.map(({ layer }) => layer.layer)).size,
    instances: new Set(tensors.map(({ instance }) => instance)).size,
    ...(first
      ? { largest: { of: first.of, value: first.value, least: Math.min(...byInstance.values()) } }
      : {}),
    ...(traces.length > 0 && network.total > 0
      ? { share: traces.reduce((sum, each) => sum + each, 0) / network.total }
      : {}),
  };
}

/** The figures in the few characters that fit behind a line: `λ₁ 2.354 ± 0.002 · 34 %`. */
export function labelOf({ layers, instances, largest, share }: PlaceFigures): string {
  const parts: string[] = [];
  const several = layers > instances;
  if (largest) {
    const { value, least } = largest;
    if (several) parts.push(`λ₁ up to ${formatNumber(value.value, 3)}`);
    else if (instances > 1) parts.push(`λ₁ ${formatNumber(least, 3)} to ${formatNumber(value.value, 3)}`);
    else parts.push(`λ₁ ${withError(value.value, value.errorBound > 0 ? value.errorBound : undefined)}`);
  }
  if (share !== undefined) parts.push(`${formatPercent(share, 2)}${largest ? '' : ' of the trace'}`);
  if (several) parts.push(counted(layers, 'layer'));
  else if (instances > 1) parts.push(`${instances} ×`);
  return parts.join(' · ');
}

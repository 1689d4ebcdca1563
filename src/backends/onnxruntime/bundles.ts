import { ort } from './runtime';
import { sizeOf } from '../../core/size-of';
import type { Shape } from '../../autodiff/shape';
import { onnx } from '../../onnx/generated/onnx';

type NodeProto = onnx.NodeProto.$Properties;

/** Up to so many ports, a session's own are as good. */
const MOST_PORTS = 256;
/** Values of up to so many elements are copied sooner than a port is made for them. */
const MOST_ELEMENTS = 16_384;
const VALUES_A_BUNDLE = 32;

/** A float value of known shape that a model takes or gives. */
export interface BundledValue {
  readonly name: string;
  readonly shape: Shape;
}

/** Values that cross a model's border one after the other, as one flat tensor. */
export interface Bundle {
  readonly name: string;
  readonly values: readonly BundledValue[];
}

/** What writing nodes for bundles takes: a name for a list of int64 that the model stores. */
export type Integers = (values: readonly number[]) => string;

export const bundleLength = ({ values }: Bundle): number =>
  values.reduce((sum, { shape }) => sum + sizeOf(shape), 0);

/**
 * Which of `names` cross the border of a model in bundles, none where there are few. ONNX Runtime looks through all
 * ports for each of a model's nodes, so that a network of a thousand layers with a port for each tensor would take
 * minutes to open.
 *
 * @param shapeOf The shape of a float value, undefined where it is not known or no float.
 */
export function bundlesOf(
  prefix: string,
  names: readonly string[],
  shapeOf: (name: string) => Shape | undefined,
): Bundle[] {
  if (names.length <= MOST_PORTS) return [];
  const small = names.flatMap((name) => {
    const shape = shapeOf(name);
    return shape && sizeOf(shape) > 0 && sizeOf(shape) <= MOST_ELEMENTS ? [{ name, shape }] : [];
  });
  return Array.from({ length: Math.ceil(small.length / VALUES_A_BUNDLE) }, (_, i) => ({
    name: `${prefix}${i}`,
    values: small.slice(i * VALUES_A_BUNDLE, (i + 1) * VALUES_A_BUNDLE),
  }));
}

/** Those of `names` that have a port of their own. */
export function unbundled(names: readonly string[], bundles: readonly Bundle[]): string[] {
  const inBundles = new Set(bundles.flatMap(({ values }) => values.map(({ name }) => name)));
  return names.filter((name) => !inBundles.has(name));
}

/** The operators that take a fed bundle apart: every value has its own name after them. */
export function unpacking({ name, values }: Bundle, integers: Integers): NodeProto[] {
  const flat = (value: BundledValue) => `${value.name}:flat`;
  const sizes = integers(values.map(({ shape }) => sizeOf(shape)));
  const split = {
    opType: 'Split',
    domain: '',
    input: [name, sizes],
    output: values.map(flat),
    attribute: [],
  };
  return [split, ...values.map((value) => reshape(flat(value), value.name, integers(value.shape)))];
}

/** The operators that put values together for the way out. */
export function packing({ name, values }: Bundle, integers: Integers): NodeProto[] {
  const flat = (value: BundledValue) => `${value.name}:out`;
  const axis = { name: 'axis', type: onnx.AttributeProto.AttributeType.INT, i: 0 };
  const concat = { opType: 'Concat', domain: '', input: values.map(flat), output: [name], attribute: [axis] };
  return [...values.map((value) => reshape(value.name, flat(value), integers([-1]))), concat];
}

/** The tensor that is fed for the values of a bundle. */
export function packed(bundle: Bundle, valueOf: (name: string) => ort.Tensor): ort.Tensor {
  const flat = new Float32Array(bundleLength(bundle));
  let offset = 0;
  for (const { name, shape } of bundle.values) {
    flat.set(valueOf(name).data as Float32Array, offset);
    offset += sizeOf(shape);
  }
  return new ort.Tensor('float32', flat, [flat.length]);
}

/** The values of a bundle that a session gave, each an array of its own, in the place offered for it if there is one. */
export function unpacked(
  { values }: Bundle,
  tensor: ort.Tensor,
  places: Readonly<Record<string, ort.Tensor>>,
): (readonly [name: string, value: ort.Tensor])[] {
  const flat = tensor.data as Float32Array;
  let offset = 0;
  return values.map(({ name, shape }) => {
    const own = flat.subarray(offset, (offset += sizeOf(shape)));
    const place = places[name];
    if (!place) return [name, new ort.Tensor('float32', own.slice(), shape)] as const;
    (place.data as Float32Array).set(own);
    return [name, place] as const;
  });
}

const reshape = (from: string, to: string, shape: string): NodeProto => ({
  opType: 'Reshape',
  domain: '',
  input: [from, shape],
  output: [to],
  attribute: [],
});

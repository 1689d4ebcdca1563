import type { Shape } from '../../src/autodiff/shape';
import { sizeOf } from '../../src/core/size-of';

/** FNV-1a of a name's bytes. */
function seedOf(name: string): number {
  let seed = 2166136261;
  for (const byte of new TextEncoder().encode(name)) seed = Math.imul(seed ^ byte, 16777619) >>> 0;
  return seed;
}

/** Numbers in [-1, 1) that follow from a name; test/corpus/make/weights_by_name.py makes the same ones. */
export function uniform(name: string, count: number): Float64Array {
  const out = new Float64Array(count);
  let place = seedOf(name);
  for (let i = 0; i < count; i++) {
    let x = place;
    x ^= x >>> 16;
    x = Math.imul(x, 0x21f0aaad);
    x ^= x >>> 15;
    x = Math.imul(x, 0x735a2d97);
    x ^= x >>> 15;
    out[i] = (x >>> 0) / 2 ** 31 - 1;
    place = (place + 0x9e3779b9) | 0;
  }
  return out;
}

/** The weights of a tensor by its name and shape; the variance of a kernel is `gain` over its inputs. */
export function weightOf(name: string, shape: Shape, gain = 2): Float32Array {
  const numbers = uniform(name, sizeOf(shape));
  const [offset, scale] = /running_var$/.test(name)
    ? [1, 0.5]
    : shape.length > 1
      ? [0, Math.sqrt((3 * gain) / sizeOf(shape.slice(1)))]
      : /weight$/.test(name)
        ? [1, 0.3]
        : [0, 0.1];
  const out = new Float32Array(numbers.length);
  for (let i = 0; i < out.length; i++) out[i] = offset + scale * numbers[i];
  return out;
}

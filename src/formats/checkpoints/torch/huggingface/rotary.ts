import type { Node } from '../../../../autodiff/graph';
import { add, concat, mul, neg, sliceAxis } from '../../../../autodiff/operations';
import type { Config } from './config';

/** The angle that a position adds, for each pair of numbers: theta^(-2i / width), changed as the configuration says. */
export function frequencies(config: Config, width: number): Float64Array {
  const rope = config.inner('rope_parameters');
  const scaling = config.inner('rope_scaling');
  const said = rope.has('rope_type') ? rope : scaling;
  const theta = rope.has('rope_theta') ? rope.number('rope_theta') : config.number('rope_theta', 10_000);
  const plain = Float64Array.from({ length: width / 2 }, (_, i) => theta ** ((-2 * i) / width));
  const kind = said.text('rope_type', said.text('type', 'default'));
  if (kind === 'default') return plain;
  if (kind === 'linear') return plain.map((frequency) => frequency / said.number('factor'));
  if (kind === 'llama3') return plain.map((frequency) => stretched(frequency, said));
  return config.refuse(
    config.has('rope_parameters') ? 'rope_parameters' : 'rope_scaling',
    'a scaling of positions that is not supported',
  );
}

/** Slow frequencies divided, fast ones kept, and those between mixed (Llama 3.1). */
function stretched(frequency: number, config: Config): number {
  const factor = config.number('factor');
  const [low, high] = [config.number('low_freq_factor'), config.number('high_freq_factor')];
  const turns = (config.number('original_max_position_embeddings') * frequency) / (2 * Math.PI);
  if (turns > high) return frequency;
  if (turns < low) return frequency / factor;
  const share = (turns - low) / (high - low);
  return ((1 - share) * frequency) / factor + share * frequency;
}

/** x [rows, heads, positions, width] turned by its positions (Su et al. 2021), the halves of each head being the pairs. */
export function rotated(x: Node, angles: Float64Array): Node {
  const [, , positions, width] = x.shape;
  const table = (of: (angle: number) => number) =>
    x.graph.constant(
      Float64Array.from({ length: positions * width }, (_, i) =>
        of(Math.floor(i / width) * angles[(i % width) % angles.length]),
      ),
      [positions, width],
    );
  const half = width / 2;
  const turned = concat([neg(sliceAxis(x, 3, half, width)), sliceAxis(x, 3, 0, half)], 3);
  return add(mul(x, table(Math.cos)), mul(turned, table(Math.sin)));
}

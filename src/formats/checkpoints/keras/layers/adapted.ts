import type { Node } from '../../../../autodiff/graph';
import { add, matmul, mul, reshape } from '../../../../autodiff/operations';
import type { Shape } from '../../../../autodiff/shape';
import type { TensorRole } from '../../../../network/model';
import { loraRank } from '../lora';
import { type LayerSource, type LayerUse, shaped } from './row';

/**
 * A weight as a layer uses it: where LoRA is enabled, W + alpha / rank A B with W frozen, A [..., rank] and B [rank, n]
 * (Hu et al. 2021, equation 3).
 */
export function weightWithLora(
  layer: LayerSource,
  name: string,
  role: TensorRole,
  filterAxis: number,
): (read: LayerUse['read'], shape?: Shape) => Node {
  const rank = loraRank(layer.config.raw);
  const weight = layer.weight(name, role, filterAxis, rank > 0);
  const own = (read: LayerUse['read'], shape: Shape = weight.shape) => shaped(read, weight, shape);
  if (rank === 0) return own;
  const a = layer.weight(`lora_${name}_a`, role);
  const b = layer.weight(`lora_${name}_b`, role);
  const factor = layer.config.number('lora_alpha', rank) / rank;
  return (read, shape) => {
    const rows = reshape(read(a), [a.data.length / rank, rank]);
    const product = reshape(matmul(rows, read(b)), weight.shape);
    return add(own(read, shape), mul(product, factor));
  };
}

import type { Node } from '../../../../autodiff/graph';
import { add, relu } from '../../../../autodiff/operations';
import { convNorm, globalMean, squeezeExcite } from '../recipes/images';
import { type Family, type Recipe, images, only } from '../recipes/recipe';
import type { Tensors } from '../recipes/tensors';
import { type Walk, classesOf } from '../recipes/walk';

/** A bottleneck with grouped convolution, and what goes around it (Radosavovic et al. 2020). */
function block(walk: Walk, x: Node, stride: number): Node {
  const inner = walk.at('f');
  let y = convNorm(inner, x, 'a', { activation: relu });
  y = convNorm(inner, y, 'b', { activation: relu, stride });
  if (inner.tensors.holds('se')) y = squeezeExcite(inner.at('se'), y);
  y = convNorm(inner, y, 'c');
  return relu(add(walk.tensors.holds('proj') ? convNorm(walk, x, 'proj', { stride }) : x, y));
}

const stagesOf = (tensors: Tensors): number[] =>
  Array.from(
    { length: tensors.count('trunk_output.block', 1) },
    (_, i) => tensors.children(`trunk_output.block${i + 1}`).length,
  );

export const regnet: Family = {
  name: "torchvision's RegNets",
  resembles: (tensors) => tensors.holds('trunk_output.block1.block1-0.f.a'),
  recipe(tensors): Recipe {
    const stages = stagesOf(tensors);
    const kind = tensors.holds('trunk_output.block1.block1-0.f.se') ? 'Y' : 'X';
    return {
      title: `torchvision's RegNet${kind} of ${stages.join(', ')} blocks with ${classesOf(tensors, 'fc')} classes`,
      ...images(tensors.shape('stem.0.weight')[1], 224),
      variants: only((walk, x) => {
        let y = convNorm(walk, x, 'stem', { activation: relu, stride: 2 });
        stages.forEach((blocks, stage) => {
          const trunk = walk.at('trunk_output', `block${stage + 1}`);
          for (let i = 0; i < blocks; i++) y = block(trunk.at(`block${stage + 1}-${i}`), y, i === 0 ? 2 : 1);
        });
        return walk.head(globalMean(y), 'fc');
      }),
    };
  },
};

import type { Node } from '../autodiff/graph';
import { reshape, sliceAxis } from '../autodiff/operations';
import type { ParameterBlock } from '../objective/programs/parameter-space';

/** A tensor of more elements is one by itself: copying it costs more than an operator's start saves. */
const SMALL = 8192;
const MOST = 4 * SMALL;

/**
 * Neighbours in the flat vector that an optimizer handles as one tensor: what it does is the same for every element, and
 * for small tensors starting its operators takes most of the time.
 */
export interface ParameterRun {
  /** That of its first tensor: ports are named by it. */
  readonly name: string;
  readonly offset: number;
  readonly length: number;
  /** As the tensor's own where it is alone, else flat. */
  readonly shape: readonly number[];
  readonly blocks: readonly ParameterBlock[];
}

const runOf = (blocks: readonly ParameterBlock[]): ParameterRun => {
  const [{ name, offset, shape }] = blocks;
  const length = blocks.reduce((sum, block) => sum + block.length, 0);
  return { name, offset, length, shape: blocks.length === 1 ? shape : [length], blocks };
};

/** Cuts the flat vector into runs. */
export function parameterRuns(blocks: readonly ParameterBlock[]): ParameterRun[] {
  const runs: ParameterRun[] = [];
  for (const block of blocks) {
    const last = runs.at(-1);
    const joins =
      last &&
      block.length <= SMALL &&
      last.blocks.every(({ length }) => length <= SMALL) &&
      last.length + block.length <= MOST;
    if (joins) runs[runs.length - 1] = runOf([...last.blocks, block]);
    else runs.push(runOf([block]));
  }
  return runs;
}

/** The tensors of runs, in the order of their blocks. */
export function tensorsOf(runs: readonly ParameterRun[], nodes: readonly Node[]): Node[] {
  return runs.flatMap(({ blocks, offset }, i) =>
    blocks.length === 1
      ? [nodes[i]]
      : blocks.map((block) => {
          const start = block.offset - offset;
          return reshape(sliceAxis(nodes[i], 0, start, start + block.length), block.shape);
        }),
  );
}

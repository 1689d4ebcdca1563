// The draws behind two random directions of a network, for `plane.py`: before anything is scaled, tensor after tensor.
//   node --import tsx test/corpus/make/plane-draws.ts CHECKPOINT OUT.json
import { writeFileSync } from 'node:fs';
import { gaussian, streams } from '../../../src/analysis/spectrum/probes';
import { openModel } from '../../../src/formats/model';
import { parametersOf } from '../../../src/objective/programs/parameter-space';

const [, , checkpoint, out] = process.argv;
const SEED = 0;

async function main(): Promise<void> {
  const { model } = await openModel(checkpoint, undefined, () => [[32, 32, 3]]);
  const { blocks, dimension } = parametersOf(model);
  const draws = [0, 1].map((index) => gaussian(dimension, SEED, streams.sliceDirection + index));
  const tensors = blocks.map(({ name, shape, offset, length }) => ({
    ...{ name, shape },
    draws: draws.map((direction) => [...direction.subarray(offset, offset + length)]),
  }));
  writeFileSync(out, JSON.stringify({ seed: SEED, tensors }));
}

void main();

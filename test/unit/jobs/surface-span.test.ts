import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unzipSync } from 'fflate';
import { type Surface, surfaceChoicesSchema } from '../../../src/contract/surface';
import { memorySource } from '../../../src/formats/containers/source';
import { openModel } from '../../../src/formats/model';
import { readNpy } from '../../../src/formats/datasets/npy';
import { spanOf } from '../../../src/jobs/surface/span';
import { surface } from '../../../src/jobs/surface/surface';
import { parametersOf, valuesOf } from '../../../src/objective/programs/parameter-space';
import { surfaceNpz } from '../../../src/wording/surface-files/npz';
import { numbersFrom } from '../../../src/wording/surface-files/base64';
import { corpus, example, quickRequest } from '../../support/corpus';
import { recordingContext } from '../../support/job-context';

const three = [
  example('small-batch/epoch-020.keras'),
  example('large-batch/epoch-100.keras'),
  corpus('runs/small-batch/epoch-016.keras'),
];

const near = (a: number, b: number, by: number) => assert.ok(Math.abs(a - b) <= by, `${a} for ${b}`);

test('the directions of a picture lead from one checkpoint to the others, parameter by parameter', async () => {
  const sent: Surface[] = [];
  const context = {
    ...recordingContext<Surface>(),
    partial: (document: Surface) => void sent.push(document),
  };
  const drawn = await surface(
    {
      checkpoints: three,
      settings: quickRequest(three[0], example('data/mnist.npz')),
      choices: surfaceChoicesSchema.parse({ plane: 'checkpoints', refinements: 0 }),
      title: '',
    },
    context,
  );
  const files = unzipSync(surfaceNpz(drawn));
  const { shape, data } = readNpy(memorySource('directions', files['directions.npy']), 'directions');
  const thetas = await Promise.all(
    three.map(async (path) => valuesOf(parametersOf((await openModel(path)).model))),
  );
  const count = thetas[0].length;
  assert.deepEqual(shape, [2, count]);
  const [{ marks, span }] = drawn.pictures;
  marks.forEach(({ at: [x, y] }, i) => {
    for (let k = 0; k < count; k++)
      near(thetas[0][k] + x * Number(data[k]) + y * Number(data[count + k]), thetas[i][k], 1e-12);
  });
  const sizes = span!.tensors.map((tensor) => tensor.shape.reduce((a, b) => a * b, 1));
  assert.equal(
    sizes.reduce((a, b) => a + b),
    count,
  );
  assert.ok(
    sent.slice(0, -1).every(({ pictures }) => pictures.every((picture) => picture.span === undefined)),
  );
});

test('statistics are there where they move along, and numbers keep every digit', () => {
  const block = (name: string) => [{ name, shape: [2], offset: 0, length: 2 }];
  const problem = {
    objective: { parameters: { blocks: block('w') }, state: { blocks: block('mean') } },
  } as unknown as Parameters<typeof spanOf>[0];
  const direction = (state: readonly number[]) => ({
    theta: Float64Array.of(Math.PI, -5e-324),
    state: Float64Array.from(state),
  });
  const plane = (state: readonly number[]) =>
    ({ directions: [direction(state), direction([0, 0])] }) as unknown as Parameters<typeof spanOf>[1];
  const { statistics, directions } = spanOf(problem, plane([0.1, 1e300]));
  assert.deepEqual([...numbersFrom(directions[0])], [Math.PI, -5e-324]);
  assert.deepEqual([...numbersFrom(statistics!.directions[0])], [0.1, 1e300]);
  assert.deepEqual(statistics!.tensors, [{ name: 'mean', shape: [2] }]);
  assert.equal(spanOf(problem, plane([0, 0])).statistics, undefined);
});

test('base64 is read as Node writes it, whatever is left at its end', () => {
  for (let count = 0; count < 7; count++) {
    const values = Float64Array.from({ length: count }, (_, i) => Math.sin(i) * 10 ** (50 * i));
    assert.deepEqual(numbersFrom(Buffer.from(values.buffer).toString('base64')), values);
  }
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { random } from '../../../src/core/random';
import { augmentationMistakes, createAugmentation } from '../../../src/training/augmentation/create';
import { beta, permutation } from '../../../src/training/augmentation/mixup';

const IMAGE = Float64Array.from({ length: 16 }, (_, i) => i + 1);
const facts = { rowShape: [4, 4], layout: undefined, labelWidth: 1 } as const;

function augmented(
  settings: Parameters<typeof createAugmentation>[0],
  seed: number,
  image = IMAGE,
): number[] {
  const inputs = image.slice();
  createAugmentation(settings, facts)({ inputs, labels: new Float64Array(1), rows: 1 }, random(seed));
  return [...inputs];
}

const seeds = Array.from({ length: 200 }, (_, i) => i);
const mirrored = [...IMAGE].map((_, i) => IMAGE[Math.floor(i / 4) * 4 + 3 - (i % 4)]);

describe('augmentation', () => {
  it('mirrors half of the images', () => {
    const flipped = seeds.filter((seed) => {
      const values = augmented({ flip: 'horizontal' }, seed);
      assert.ok([[...IMAGE], mirrored].some((known) => known.every((value, i) => value === values[i])));
      return values[0] === 4;
    });
    assert.ok(Math.abs(flipped.length - 100) < 4 * Math.sqrt(50), String(flipped.length));
  });

  it('shifts by whole pixels and repeats the edge', () => {
    const seen = new Set<string>();
    for (const seed of seeds) {
      const values = augmented({ shift: 0.25 }, seed);
      const found = [-1, 0, 1].flatMap((dy) =>
        [-1, 0, 1].filter((dx) =>
          values.every((value, i) => {
            const [y, x] = [Math.floor(i / 4) + dy, (i % 4) + dx].map((k) => Math.min(3, Math.max(0, k)));
            return value === IMAGE[y * 4 + x];
          }),
        ),
      );
      assert.ok(found.length > 0);
      seen.add(values.join());
    }
    assert.equal(seen.size, 9);
  });

  it('lets zeros in when it crops', () => {
    const all = seeds.map((seed) => augmented({ crop: 1 }, seed));
    assert.equal(new Set(all.map(String)).size, 9);
    assert.ok(all.some((values) => values.slice(0, 4).every((value) => value === 0)));
  });

  it('turns about the centre: a quarter of a turn is exact, and small turns keep a constant inside', () => {
    const right = seeds.map((seed) => augmented({ rotation: 1e-9 }, seed));
    for (const values of right) values.forEach((value, i) => assert.ok(Math.abs(value - IMAGE[i]) < 1e-6));
    const flat = new Float64Array(16).fill(2);
    const turned = augmented({ rotation: 20 }, 3, flat);
    for (const i of [5, 6, 9, 10]) assert.ok(Math.abs(turned[i] - 2) < 1e-12);
  });

  it('cuts out a square', () => {
    for (const seed of seeds) {
      const zeros = augmented({ cutout: 2 }, seed).flatMap((value, i) => (value === 0 ? [i] : []));
      assert.ok([1, 2, 4].includes(zeros.length), String(zeros));
    }
  });

  it('works on channels first and last alike', () => {
    const settings = { flip: 'both', shift: 0.3 } as const;
    const last = Float64Array.from({ length: 48 }, (_, i) => i);
    const first = Float64Array.from({ length: 48 }, (_, i) => (i % 16) * 3 + Math.floor(i / 16));
    const labels = new Float64Array(1);
    createAugmentation(settings, { rowShape: [4, 4, 3], layout: 'NHWC', labelWidth: 1 })(
      { inputs: last, labels, rows: 1 },
      random(5),
    );
    createAugmentation(settings, { rowShape: [3, 4, 4], layout: 'NCHW', labelWidth: 1 })(
      { inputs: first, labels, rows: 1 },
      random(5),
    );
    first.forEach((value, i) => assert.equal(value, last[(i % 16) * 3 + Math.floor(i / 16)]));
  });

  it('mixes inputs and labels by one share, and leaves padding alone', () => {
    const inputs = Float64Array.from([1, 0, 0, 1, 9, 9]);
    const labels = Float64Array.from([1, 0, 0, 1, 7, 7]);
    createAugmentation({ mixup: 1 }, { rowShape: [2], layout: undefined, labelWidth: 2 })(
      { inputs, labels, rows: 2 },
      random(2),
    );
    assert.deepEqual([...inputs.subarray(0, 4)], [...labels.subarray(0, 4)]);
    assert.ok(Math.abs(inputs[0] + inputs[1] - 1) < 1e-12);
    assert.deepEqual([...inputs.subarray(4), ...labels.subarray(4)], [9, 9, 7, 7]);
  });

  it('draws from the beta distribution: mean 1/2, variance 1/(4 (2 alpha + 1))', () => {
    for (const alpha of [0.2, 1, 4]) {
      const source = random(11);
      const draws = Array.from({ length: 20_000 }, () => beta(alpha, source));
      const mean = draws.reduce((a, b) => a + b) / draws.length;
      const variance = draws.reduce((sum, x) => sum + (x - mean) ** 2, 0) / draws.length;
      assert.ok(Math.abs(mean - 0.5) < 0.015, `${alpha}: ${mean}`);
      assert.ok(Math.abs(variance * 4 * (2 * alpha + 1) - 1) < 0.05, `${alpha}: ${variance}`);
    }
    assert.deepEqual(
      [...permutation(50, random(1))].sort((a, b) => a - b),
      seeds.slice(0, 50),
    );
  });

  it('says what is for images where rows are none', () => {
    const sentence = (name: string) =>
      `"augmentation.${name}" is for images, but the rows of the data have the shape [10]: leave it out`;
    assert.deepEqual(augmentationMistakes({ flip: 'both', noise: 1, crop: 2 }, [10]), [
      sentence('flip'),
      sentence('crop'),
    ]);
    assert.deepEqual(augmentationMistakes({ flip: 'both' }, [16]), []);
  });
});

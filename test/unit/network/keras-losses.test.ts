import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { gradient, hvp } from '../../../src/autodiff/differentiate';
import { Graph, type Node } from '../../../src/autodiff/graph';
import { reduceSum } from '../../../src/autodiff/operations';
import { lossFromCompiled, lossNotes } from '../../../src/network/loss-choice';
import { lossSpec } from '../../../src/network/loss-spec';
import { labelDType, perRowLoss } from '../../../src/network/losses';
import { LOSSES } from '../../../src/contract/vocabulary';
import { close, evaluate, indices, tensor, valuesOf } from './evaluate';

interface Plain {
  readonly shape: number[];
  readonly data: number[];
}

/** A loss as Keras stores and computes it; test/corpus/make/losses.py writes them. */
interface Case {
  readonly loss: { readonly class_name: string };
  readonly output: Plain;
  readonly labels: Plain;
  readonly rows: readonly number[];
}

const cases = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, '../../corpus/layers/losses.json'), 'utf8'),
) as Case[];

describe('losses as Keras computes them', () => {
  const seen = new Set<string>();
  cases.forEach(({ loss, output, labels, rows }, i) => {
    const spec = lossFromCompiled(loss)!;
    seen.add(spec.name);
    it(`${loss.class_name} ${i}`, async () => {
      const graph = new Graph();
      const type = labelDType(spec, output.shape.slice(1), labels.shape.slice(1));
      const make = type === 'int32' ? indices : tensor;
      const y = make(graph, labels.shape, labels.data);
      const each = perRowLoss(tensor(graph, output.shape, output.data), y, spec);
      // Keras clips probabilities and logarithms at 1e-7, which these do not.
      close(await valuesOf(each), rows, 2e-6);
    });
    it(`${loss.class_name} ${i}: its curvature is the difference of its slopes`, async () => {
      if (labels.shape.length < 2) return;
      const at = async (shift: number) => {
        const graph = new Graph();
        const x = graph.input('x', output.shape);
        const direction = tensor(graph, output.shape, (k) => Math.sin(k + 1));
        const loss = reduceSum(perRowLoss(x, tensor(graph, labels.shape, labels.data), spec));
        const slopes = gradient(loss, [x]);
        const values = Float64Array.from(output.data, (value, k) => value + shift * Math.sin(k + 1));
        const all: Node[] = [...slopes, ...hvp(slopes, [x], [direction])];
        const [slope, curved] = await evaluate(all, { x: values });
        return { slope, curved };
      };
      const step = 1e-6;
      const [ahead, behind, here] = [await at(step), await at(-step), await at(0)];
      const difference = Array.from(ahead.slope, (value, k) => (value - behind.slope[k]) / (2 * step));
      close(here.curved, difference, 1e-6);
    });
  });

  it('cover every name', () => {
    assert.deepEqual(
      LOSSES.filter((name) => !seen.has(name)),
      [],
    );
  });

  it('take class indices where the labels are classes', async () => {
    for (const name of ['categorical-hinge', 'categorical-focal-crossentropy'] as const) {
      const graph = new Graph();
      const x = tensor(graph, [2, 3], (i) => Math.cos(i));
      const byIndex = perRowLoss(x, indices(graph, [2], [2, 0]), lossSpec(name));
      const oneHot = perRowLoss(x, tensor(graph, [2, 3], [0, 0, 1, 1, 0, 0]), lossSpec(name));
      close(await valuesOf(byIndex), await valuesOf(oneHot));
      assert.equal(labelDType(lossSpec(name), [3], []), 'int32');
    }
  });

  it('are refused with the reason where they are no mean over rows', () => {
    assert.throws(() => lossFromCompiled('dice'), /"dice" is a quotient of sums over a whole batch/);
    assert.throws(() => lossFromCompiled({ class_name: 'Tversky', config: {} }), /whole batch/);
    assert.throws(() => lossFromCompiled({ class_name: 'Circle', config: {} }), /compares the rows/);
    assert.throws(() => lossFromCompiled({ class_name: 'CTC', config: {} }), /alignments/);
    assert.throws(
      () => lossFromCompiled({ class_name: 'CosineSimilarity', config: { axis: 0 } }),
      /along axis 0/,
    );
  });

  it('say so where a sum was compiled', () => {
    const notes = (config: Record<string, unknown>, name = 'MeanSquaredError') =>
      lossNotes({ class_name: name, config });
    assert.match(notes({ reduction: 'sum' }).join(), /reduction "sum"/);
    assert.deepEqual(notes({ reduction: 'sum_over_batch_size' }), []);
    assert.match(notes({ reduction: 'sum_over_batch_size' }, 'Huber').join(), /does not store Huber's delta/);
    assert.deepEqual(notes({ delta: 2 }, 'Huber'), []);
    assert.deepEqual(lossNotes('mse'), []);
    assert.deepEqual(lossNotes(undefined), []);
  });
});

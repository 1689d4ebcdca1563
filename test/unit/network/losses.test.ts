import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gradient } from '../../../src/autodiff/differentiate';
import { Graph, type Node } from '../../../src/autodiff/graph';
import { div, exp, reduceSum, reshape, sigmoid, spread } from '../../../src/autodiff/operations';
import { inferLoss, lossFromCompiled } from '../../../src/network/loss-choice';
import { lossSpec } from '../../../src/network/loss-spec';
import { accuracyOf, convexInput, hasFisher, labelDType, perRowLoss } from '../../../src/network/losses';
import { softmax } from '../../../src/network/softmax';
import { UserError } from '../../../src/core/errors';
import { close, countOps, indices, tensor, valuesOf } from './evaluate';

const logits = [2, -1, 0.5, 0, 3, -2];
const logSum = (row: readonly number[]) => Math.log(row.reduce((sum, z) => sum + Math.exp(z), 0));
const rows = [logits.slice(0, 3), logits.slice(3)];

describe('categorical crossentropy', () => {
  const spec = lossSpec('categorical-crossentropy');
  const expected = [logSum(rows[0]) - 0.5, logSum(rows[1]) - 3];

  it('takes logits, or a softmax and sees through it', async () => {
    const graph = new Graph();
    const z = tensor(graph, [2, 3], logits);
    const labels = indices(graph, [2], [2, 1]);
    close(await valuesOf(perRowLoss(z, labels, spec)), expected);
    const fused = perRowLoss(softmax(z), labels, spec);
    assert.equal(fused, perRowLoss(z, labels, spec));
    assert.equal(fused, perRowLoss(softmax(z), labels, { ...spec, fromLogits: false }));
  });

  it('takes labels as indices in a column and as one-hot rows', async () => {
    const graph = new Graph();
    const z = tensor(graph, [2, 3], logits);
    const column = indices(graph, [2, 1], [2, 1]);
    close(await valuesOf(perRowLoss(z, column, spec)), expected);
    const oneHot = tensor(graph, [2, 3], [0, 0, 1, 0, 1, 0]);
    close(await valuesOf(perRowLoss(z, oneHot, spec)), expected);
  });

  it('normalizes probabilities made in another way, without clipping', async () => {
    const graph = new Graph();
    const powers = exp(tensor(graph, [2, 3], logits));
    const total = reduceSum(powers, [1]);
    const own = div(powers, spread(total, powers, [1]));
    const labels = indices(graph, [2], [2, 1]);
    close(await valuesOf(perRowLoss(own, labels, { ...spec, fromLogits: false })), expected);
    const tiny = tensor(graph, [1, 2], [1e-30, 1 - 1e-30]);
    const loss = perRowLoss(tiny, indices(graph, [1], [0]), { ...spec, fromLogits: false });
    close(await valuesOf(loss), [30 * Math.LN10]);
  });

  it('stays finite, in its gradient too, where a class without weight has probability 0', async () => {
    const graph = new Graph();
    const p = tensor(graph, [1, 3], [0.25, 0.75, 0]);
    const loss = perRowLoss(p, indices(graph, [1], [0]), { ...spec, fromLogits: false });
    close(await valuesOf(loss), [Math.log(4)]);
    const [slope] = gradient(reshape(loss, []), [p]);
    close(await valuesOf(slope), [1 - 4, 1, 1]);
  });

  it('smooths labels', async () => {
    const graph = new Graph();
    const z = tensor(graph, [1, 3], rows[0]);
    const labels = indices(graph, [1], [0]);
    const smoothed = perRowLoss(z, labels, { ...spec, labelSmoothing: 0.3 });
    close(await valuesOf(smoothed), [logSum(rows[0]) - (0.8 * 2 + 0.1 * -1 + 0.1 * 0.5)]);
  });

  it('averages over axes between rows and classes', async () => {
    const graph = new Graph();
    const z = tensor(graph, [1, 2, 3], logits);
    const loss = perRowLoss(z, indices(graph, [1, 2], [2, 1]), spec);
    close(await valuesOf(loss), [(expected[0] + expected[1]) / 2]);
  });

  it('refuses one output and labels that do not fit', () => {
    const graph = new Graph();
    const one = graph.input('one', [2, 1]);
    const three = graph.input('three', [2, 3]);
    assert.throws(() => perRowLoss(one, indices(graph, [2], [0, 0]), spec), UserError);
    assert.throws(() => perRowLoss(three, graph.input('y', [2, 4]), spec), /labels are \[4\] a row/);
  });
});

describe('binary crossentropy', () => {
  const spec = lossSpec('binary-crossentropy');
  const z = [2, -40, 0.5, 800];
  const y = [1, 0, 0, 0];
  const expected = z.map(
    (value, i) => Math.max(value, 0) + Math.log1p(Math.exp(-Math.abs(value))) - y[i] * value,
  );

  it('takes logits or a sigmoid, whatever their size', async () => {
    const graph = new Graph();
    const x = tensor(graph, [4, 1], z);
    const labels = indices(graph, [4], y);
    close(await valuesOf(perRowLoss(x, labels, spec)), expected);
    assert.equal(perRowLoss(sigmoid(x), labels, spec), perRowLoss(x, labels, spec));
    assert.ok(!countOps([perRowLoss(sigmoid(x), labels, spec)]).sigmoid);
  });

  it('averages over outputs, and takes probabilities', async () => {
    const graph = new Graph();
    const p = tensor(graph, [1, 2], [0.25, 0.9]);
    const labels = tensor(graph, [1, 2], [1, 0]);
    const loss = perRowLoss(p, labels, { ...spec, fromLogits: false });
    close(await valuesOf(loss), [(Math.log(4) + Math.log(10)) / 2]);
  });
});

describe('regression losses', () => {
  const each = async (loss: (output: Node, labels: Node) => Node) => {
    const graph = new Graph();
    return valuesOf(loss(tensor(graph, [2, 2], [1, 2, 3, 4]), tensor(graph, [2, 2], [1, 4, 2.5, 4])));
  };

  it('are means over outputs', async () => {
    close(await each((o, y) => perRowLoss(o, y, lossSpec('mean-squared-error'))), [2, 0.125]);
    close(await each((o, y) => perRowLoss(o, y, lossSpec('mean-absolute-error'))), [1, 0.25]);
    close(await each((o, y) => perRowLoss(o, y, lossSpec('huber', { delta: 1 }))), [0.75, 0.0625]);
    close(await each((o, y) => perRowLoss(o, y, lossSpec('huber', { delta: 0.4 }))), [0.36, 0.06]);
  });
});

describe('the choice of a loss', () => {
  it('reads what Keras 2, Keras 3 and TensorFlow.js store', () => {
    const categorical = lossSpec('categorical-crossentropy', { fromLogits: false });
    assert.equal(lossFromCompiled(null), undefined);
    assert.deepEqual(lossFromCompiled('sparse_categorical_crossentropy'), categorical);
    assert.deepEqual(lossFromCompiled('categoricalCrossentropy'), categorical);
    assert.deepEqual(lossFromCompiled(['categorical_crossentropy']), categorical);
    assert.deepEqual(lossFromCompiled({ output: 'mse' })?.name, 'mean-squared-error');
    assert.deepEqual(
      lossFromCompiled({ class_name: 'function', config: 'mean_absolute_error', module: 'builtins' })?.name,
      'mean-absolute-error',
    );
    assert.deepEqual(
      lossFromCompiled({
        class_name: 'SparseCategoricalCrossentropy',
        config: { from_logits: true, ignore_class: null, reduction: 'sum_over_batch_size' },
      }),
      { ...categorical, fromLogits: true },
    );
    assert.deepEqual(lossFromCompiled({ class_name: 'Huber', config: { delta: 2 } })?.delta, 2);
    assert.deepEqual(
      lossFromCompiled({ class_name: 'CategoricalCrossentropy', config: { label_smoothing: 0.1 } })
        ?.labelSmoothing,
      0.1,
    );
    const ignoring = { class_name: 'SparseCategoricalCrossentropy', config: { ignore_class: -1 } };
    assert.equal(lossFromCompiled(ignoring)?.ignoreClass, -1);
  });

  it('refuses what it does not know, by name, with what it knows', () => {
    assert.throws(() => lossFromCompiled('mine'), /"mine" is not supported; choose one of .*huber/);
    assert.throws(() => lossFromCompiled(['mse', 'mae']), /several losses/);
  });

  it('infers from output and labels, and says why', () => {
    const graph = new Graph();
    const ten = graph.input('ten', [1, 10]);
    const one = graph.input('one', [1, 1]);
    const facts = { kind: 'indices', rowShape: [], classes: 10 } as const;
    const single = { kind: 'zero-one', rowShape: [], classes: 1 } as const;
    const choice = (output: Node, labels: Parameters<typeof inferLoss>[1]) =>
      inferLoss(output, labels).spec.name;
    assert.equal(choice(softmax(ten), facts), 'categorical-crossentropy');
    assert.equal(choice(sigmoid(one), single), 'binary-crossentropy');
    assert.equal(choice(ten, facts), 'categorical-crossentropy');
    assert.equal(choice(one, single), 'binary-crossentropy');
    assert.equal(choice(one, { ...single, kind: 'real' }), 'mean-squared-error');
    assert.equal(choice(ten, { kind: 'one-hot', rowShape: [10], classes: 10 }), 'categorical-crossentropy');
    assert.equal(choice(ten, { kind: 'zero-one', rowShape: [10], classes: 10 }), 'binary-crossentropy');
    assert.equal(choice(ten, { kind: 'real', rowShape: [10], classes: 10 }), 'mean-squared-error');
    assert.match(inferLoss(softmax(ten), facts).reason, /softmax/);
  });

  it('knows a Poisson model whose Fisher matrix is the Gauss-Newton one by its end in exp', () => {
    const graph = new Graph();
    const rate = graph.input('x', [2, 1]);
    const poisson = lossSpec('poisson');
    assert.equal(hasFisher(rate, poisson), false);
    assert.equal(hasFisher(exp(rate), poisson), true);
    assert.equal(convexInput(exp(rate), poisson), rate);
  });

  it('tells how labels are fed and predictions judged', () => {
    const graph = new Graph();
    const categorical = lossSpec('categorical-crossentropy');
    const binary = lossSpec('binary-crossentropy');
    assert.equal(labelDType(categorical, [10], []), 'int32');
    assert.equal(labelDType(categorical, [10], [1]), 'int32');
    assert.equal(labelDType(categorical, [10], [10]), 'float');
    assert.equal(labelDType(binary, [1], []), 'float');
    const x = graph.input('x', [2, 1]);
    assert.deepEqual(accuracyOf(x, categorical), { kind: 'argmax' });
    assert.deepEqual(accuracyOf(x, binary), { kind: 'binary', threshold: 0 });
    assert.deepEqual(accuracyOf(sigmoid(x), binary), { kind: 'binary', threshold: 0.5 });
    assert.equal(accuracyOf(x, lossSpec('huber')), undefined);
  });
});

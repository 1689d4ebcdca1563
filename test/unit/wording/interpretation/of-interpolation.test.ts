import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainSentences } from '../../../../src/wording/interpretation/interpretation';
import { barrierAlong } from '../../../../src/wording/interpretation/of-interpolation';
import type { Report } from '../../../../src/contract/report';
import { lossPoint, sampleReport } from '../../../support/sample-report';

const COORDINATES = Array.from({ length: 41 }, (_, i) => -0.5 + i * 0.05);

function along(train: (t: number) => number, test?: (t: number) => number): Report {
  return sampleReport({
    kind: 'interpolation',
    slices: [
      {
        kind: 'interpolation',
        label: 'line',
        coordinates: COORDINATES,
        loss: { train: COORDINATES.map(train), test: test ? COORDINATES.map(test) : [] },
      },
    ],
  });
}

test('the barrier is the rise above the straight line between the ends', () => {
  const losses = COORDINATES.map((t) => 1 + t + 0.5 * Math.sin(Math.PI * t));
  const barrier = barrierAlong(COORDINATES, losses);
  assert.ok(barrier);
  assert.ok(Math.abs(barrier.t - 0.5) < 1e-9);
  assert.ok(Math.abs(barrier.height - 0.5) < 1e-9);
  assert.equal(barrierAlong([0, 0.5], [1, 2]), undefined);
});

test('a loss that rises outside the ends only has no barrier', () => {
  const text = plainSentences(along((t) => 1 + t * (t - 1)));
  assert.match(text, /No barrier in the training loss/);
  assert.doesNotMatch(text, /a barrier of/);
});

test('no barrier is claimed from points that could miss one', () => {
  const withPoints = (count: number, train: (t: number) => number): Report => {
    const coordinates = Array.from({ length: count }, (_, i) => i / (count - 1));
    const report = along(train);
    const [slice] = report.slices;
    return {
      ...report,
      slices: [{ ...slice, coordinates, loss: { train: coordinates.map(train), test: [] } }],
    };
  };
  const level = () => 1;
  for (const count of [2, 3, 6, 10])
    assert.match(
      plainSentences(withPoints(count, level)),
      /barrier in the training loss is open: \d+ points/,
    );
  for (const count of [11, 21, 41]) assert.match(plainSentences(withPoints(count, level)), /No barrier/);
  // Where the loss bends down, the points beside a top of 0.9 % leave room for more than 1 %; in a valley they do not.
  const top = (t: number) => 1 + (Math.abs(t - 0.5) < 0.01 ? 0.009 : 0);
  assert.match(plainSentences(withPoints(11, top)), /is open: 9 points/);
  const valley = (t: number) => top(t) - 0.5 * Math.sin(Math.PI * t);
  assert.match(plainSentences(withPoints(11, valley)), /No barrier/);
});

test('a barrier is told with its place, height and share', () => {
  const text = plainSentences(along((t) => 0.1 + 0.2 * Math.max(0, t * (1 - t))));
  const sentence =
    'the training loss reaches 0.15 at t = 0.5, 0.05 above the straight line between the ends: a barrier of 50 % of the higher end.';
  assert.ok(text.includes(sentence), text);
});

test('the sharper look is told, and that it proves nothing', () => {
  const text = plainSentences(along((t) => 0.01 + t * t * (t - 1) ** 2 * (t > 0.5 ? 8 : 1)));
  assert.match(text, /bends 8(\.\d)? times more around t = 1 than around t = 0/);
  assert.match(text, /not evidence of better generalization/);
});

test('both ends alike are not told apart', () => {
  assert.match(plainSentences(along((t) => 0.01 + t * t * (t - 1) ** 2)), /bends about equally/);
});

test('test losses and accuracies are told where they exist', () => {
  const report = along(
    (t) => 1 + t * (t - 1),
    (t) => 1 + 0.2 * Math.sin(Math.PI * t),
  );
  assert.match(
    plainSentences(report),
    /In the test loss the barrier is 0\.2, 20 % of the higher end, at t = 0\.5/,
  );
  const ends = {
    loss: { train: lossPoint(1, 1), test: lossPoint(1, 0.946) },
    otherLoss: { train: lossPoint(1, 1), test: lossPoint(1, 0.947) },
  };
  assert.match(
    plainSentences({ ...report, ...ends }),
    /Test accuracy is 94\.6 % at t = 0 and 94\.7 % at t = 1/,
  );
});

test('a line that does not reach both ends has no verdict', () => {
  const report = along((t) => t * t + 1);
  const [slice] = report.slices;
  const short = { ...slice, coordinates: [0, 0.5], loss: { train: [1, 2], test: [] } };
  assert.match(plainSentences({ ...report, slices: [short] }), /^No verdict/);
});

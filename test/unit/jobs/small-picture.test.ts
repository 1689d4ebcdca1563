import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reportSchema, type Report } from '../../../src/contract/report';
import { analyze } from '../../../src/jobs/analyze/analyze';
import { hasPicture } from '../../../src/jobs/analyze/stages/picture';
import { settingsText } from '../../../src/settings/fingerprint';
import { corpus, quickRequest } from '../../support/corpus';
import { recordingContext } from '../../support/job-context';

const requestOf = (more = {}) =>
  quickRequest(corpus('keras/mlp-digits.keras'), corpus('data/digits.npz'), {
    ...{ samples: 'first:128', top: 2, slices: true },
    ...more,
  });

const SIDE = 33;
/** Nodes of the first look on a side, less one. */
const COARSE = 8;

test('a report carries the landscape of its own rows, and no other figure of it moves', async () => {
  const context = recordingContext();
  const plain = await analyze(requestOf(), recordingContext());
  const report = await analyze(requestOf({ picture: true }), context);
  assert.equal(plain.picture, undefined);
  const { picture, levels } = reportSchema.parse(JSON.parse(JSON.stringify(report))).picture!;
  assert.equal(picture.side, SIDE);
  assert.ok(picture.measured.length >= 81);
  assert.ok(levels.values.length > 3);
  assert.deepEqual(picture.marks[0].at, [0, 0]);

  const figures = ({ createdAt: _, cost: __, picture: ___, settings, ...rest }: Report) =>
    JSON.stringify({ ...rest, settings: { ...settings, picture: undefined } });
  assert.equal(figures(report), figures(plain));

  // The slice along the first eigenvector lies on the middle row, three of its points to a node of the first look.
  const [slice] = report.slices;
  for (let i = 0; i <= COARSE; i++) {
    const node = Math.floor(SIDE / 2) * SIDE + (i * (SIDE - 1)) / COARSE;
    const measured = slice.loss.train[3 * i];
    assert.ok(Math.abs(picture.loss.train[node]! - measured) <= 1e-5 * measured, `${i}: ${measured}`);
  }

  // It comes after the figures, and is sent before it is finished.
  const first = context.partials.findIndex((partial) => partial.picture);
  assert.ok(context.partials[first].slices.length >= 4);
  assert.ok(first < context.partials.length - 1);
});

test('the same request draws the same picture, digit by digit', async () => {
  const request = requestOf({ picture: true, slices: false, samples: 'first:64' });
  const [first, second] = [
    await analyze(request, recordingContext()),
    await analyze(request, recordingContext()),
  ];
  assert.ok(first.picture);
  assert.equal(JSON.stringify(first.picture), JSON.stringify(second.picture));
});

test('it is drawn by the work that it takes alone, and where there is a plane', () => {
  const size = { tensors: 4, parameters: 1000, testShare: 1, operations: 1e8 };
  const asked = requestOf({ picture: true });
  assert.ok(hasPicture(asked, size));
  assert.ok(!hasPicture(requestOf(), size));
  assert.ok(!hasPicture(asked, { ...size, operations: 1e11 }));
  assert.ok(!hasPicture(requestOf({ picture: true, top: 1 }), size));
});

test('a report without a picture is as valid: it decides no key', () => {
  assert.equal(settingsText(requestOf({ picture: true })), settingsText(requestOf()));
});

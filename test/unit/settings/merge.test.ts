import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSettings } from '../../../src/settings/read';
import { settingsChanges, settingsText } from '../../../src/settings/fingerprint';
import { analyzeRequest, interpolateRequest, mergeLayers } from '../../../src/settings/merge';
import { UserError } from '../../../src/core/errors';
import type { Settings } from '../../../src/contract/settings';

const fromFile: Settings = { $schema: 's', data: '/d.npz', top: 4 };
const layer = mergeLayers({ top: 3, seed: 7 }, fromFile, {
  seed: undefined,
  samples: 'first:10',
});

test('stronger layers win, undefined ones do not', () => {
  const request = analyzeRequest('/a.keras', layer);
  assert.equal(request.top, 4);
  assert.equal(request.seed, 7);
  assert.equal(request.samples, 'first:10');
  assert.equal(request.data, '/d.npz');
  assert.equal(request.backend, 'auto');
  assert.ok(!('$schema' in request));
});

test('without a trace there are none per tensor, unless they are asked for', () => {
  assert.equal(analyzeRequest('/a.keras', layer).layers, 'trace');
  assert.equal(analyzeRequest('/a.keras', { ...layer, trace: false }).layers, 'off');
  assert.equal(analyzeRequest('/a.keras', { ...layer, trace: false, layers: 'full' }).layers, 'full');
});

test('an interpolation has its points, an analysis has none', () => {
  const layers = mergeLayers(layer, { points: 11, from: 0, to: 1 });
  assert.equal(interpolateRequest('/a', '/b', layers).points, 11);
  assert.ok(!('points' in analyzeRequest('/a', layers)));
});

test('without data, and with a nonsense option, one sentence', () => {
  assert.throws(() => analyzeRequest('/a.keras', {}), UserError);
  assert.throws(() => analyzeRequest('/a.keras', {}), /a\.keras.*--data/);
  assert.throws(
    () => analyzeRequest('/a.keras', { data: '/d', top: -1 }),
    /^UserError: A setting is not right: "top":/,
  );
});

test('the same settings have the same text wherever the files lie', () => {
  const here = analyzeRequest('/a.keras', { data: '/d.npz', input: { scale: 2, std: 1 } });
  const there = analyzeRequest('/b.keras', {
    input: { std: 1, scale: 2 },
    data: '/e.npz',
    tensorflowPath: '/t',
  });
  assert.equal(settingsText(here), settingsText(there));
  assert.notEqual(settingsText(here), settingsText({ ...here, seed: 2 }));
});

test('changes are named', () => {
  const before = analyzeRequest('/a.keras', { data: '/d.npz' });
  const now = { ...before, top: 10, loss: 'huber' as const };
  assert.deepEqual(settingsChanges(before, now), [
    'top was 5 and is 10 now',
    'loss was not set and is huber now',
  ]);
  assert.deepEqual(settingsChanges(before, { ...before }), []);
});

test('changes inside a setting are named by their path, and fractions as they were meant', () => {
  const before = analyzeRequest('/a.keras', { data: '/d.npz' });
  const scaled = { ...before, input: { scale: 1 / 255 } };
  assert.deepEqual(settingsChanges(before, scaled), ['input.scale was not set and is 1/255 now']);
  assert.deepEqual(settingsChanges(scaled, { ...scaled, input: { scale: 1 / 255, mean: [0.5, 0.25] } }), [
    'input.mean was not set and is 0.5, 0.25 now',
  ]);
  assert.deepEqual(settingsChanges({ ...before, input: { scale: 0.3 } }, scaled), [
    'input.scale was 0.3 and is 1/255 now',
  ]);
  assert.deepEqual(settingsChanges({ ...before, measures: ['trace'] }, { ...before, measures: true }), [
    'measures was trace and is true now',
  ]);
});

test('a number may be a fraction, as people write the scale of bytes', () => {
  const { input } = parseSettings('{"input":{"scale":"1/255","mean":["0.5/1",0.25],"std":" 3 / 4 "}}', 'x');
  assert.deepEqual(input, { scale: 1 / 255, mean: [0.5, 0.25], std: 0.75 });
  for (const scale of ['1/0', 'a/b', '1', '/2', '1/-2'])
    assert.throws(() => parseSettings(JSON.stringify({ input: { scale } }), 'x'), /"input.scale"/, scale);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pathLines } from '../../../src/cli/path-lines';
import { sampleSurface, withPaths } from '../webview/sample-surface';

const [picture] = sampleSurface().pictures;

test('a terminal has the figures along a path with their errors, and the means of the last checkpoints', () => {
  const lines = pathLines(withPaths(picture, ['sgd', 'adam']));
  const [header, first, second] = lines.slice(1);
  assert.match(header, /along the path +from the first +from the last +turn +gradient norm +λ₁ +trace/);
  assert.match(first, /^ *epoch-010\.keras +0 +7 +0\.90 ± 0\.10 +4\.1837 ± 0\.0020 +44\.3 ± 2\.6$/);
  assert.match(second, /62\.5° +0\.45 ± 0\.10/);
  assert.match(lines[lines.length - 1], /^ *2 of adam +0\.1 +−0\.5 +0\.4 +0\.220 ± 0\.010 +0\.31/);
});

test('what was not measured along a path has no column, and a picture without a path no lines', () => {
  const { path, ...others } = withPaths(picture, ['sgd', 'adam']);
  const along = path!.along.map(({ fromStart, fromEnd }) => ({ fromStart, fromEnd }));
  const lines = pathLines({ ...others, path: { ...path!, along, averages: [], ends: [] } });
  assert.match(lines[1], /^ *along the path +from the first +from the last$/);
  assert.deepEqual(pathLines(picture), []);
});

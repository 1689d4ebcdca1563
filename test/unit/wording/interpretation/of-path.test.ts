import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BetweenRuns } from '../../../../src/contract/path';
import { basinsOfEnds, pathSentences } from '../../../../src/wording/interpretation/of-path';
import { sampleSurface, withPaths } from '../../webview/sample-surface';

const [picture] = sampleSurface().pictures;
const paths = withPaths(picture, ['sgd', 'adam']);

const between = (value: number, standardError: number | null): BetweenRuns => ({
  ...{ a: 0, b: 1, higher: 0.3, batchNorm: 'none' },
  barrier: { value, standardError, at: 0.5 },
});

const told = (...pairs: BetweenRuns[]): string =>
  pathSentences({ ...paths, path: { ...paths.path!, between: pairs } }, 'last').join(' ');

test('two runs end in one basin up to a hundredth, in two beyond twice the error, and between these it is open', () => {
  assert.equal(basinsOfEnds(between(0, 0)), 'one');
  assert.equal(basinsOfEnds(between(0.003, 0.0001)), 'one');
  assert.equal(basinsOfEnds(between(0.004, 0.0019)), 'different');
  assert.equal(basinsOfEnds(between(0.004, 0.0021)), 'open');
  assert.equal(basinsOfEnds(between(0.004, null)), 'different');
});

test('the verdict on two runs says what it rests on', () => {
  assert.match(told(between(0, 0)), /sgd and adam end in one basin: .* does not rise\./);
  // What rounding leaves of a loss is no rise.
  assert.match(told(between(1e-17, 1e-18)), /sgd and adam end in one basin: .* does not rise\./);
  assert.match(told(between(0.002, 0.01)), /end in one basin: .* at most 1 % of the higher end\./);
  assert.match(told(between(0.4, 0.02)), /end in different basins: .* rises by 0\.400 ± 0\.020; a curve may/);
  assert.match(
    told(between(0.1, 0.06)),
    /may end in one basin or in two: .* less than twice its error: more rows would tell\./,
  );
});

test('of several pairs each is told with its rise', () => {
  const several = told(between(0.4, 0.02), between(0, 0));
  assert.match(
    several,
    /the paths of sgd and adam \(rises by 0\.400 ± 0\.020\) end in different basins; the/,
  );
  assert.match(several, /the paths of sgd and adam \(does not rise\) end in one basin\./);
});

test('means of the last checkpoints are told run by run, each beside the end of its own', () => {
  const sentences = told();
  assert.match(
    sentences,
    /last 2 checkpoints of sgd \(SWA\) has a training loss of 0\.220 ± 0\.010 \(test 0\.31\); the last checkpoint has 0\.250 ± 0\.010 \(test 0\.34\), all with batch norm's statistics measured anew\./,
  );
  assert.match(sentences, /last 2 checkpoints of adam \(SWA\) has/);
  assert.doesNotMatch(told(), /basin/);
});

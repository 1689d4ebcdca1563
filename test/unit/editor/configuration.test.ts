import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { fake, resetFake } from './fake-vscode';
import { configurationLayer } from '../../../src/editor/configuration';
import { ANALYSIS_DEFAULTS } from '../../../src/contract/analysis-settings';
import { analyzeRequest } from '../../../src/settings/merge';

beforeEach(resetFake);

test('every setting of an analysis that the editor has reaches the request; of others the usual holds', () => {
  const chosen = {
    ...{ top: 3, bottom: 2, operators: true, measures: true, layers: 'full', density: false, trace: false },
    ...{ slices: false, picture: true, seed: 7, backend: 'reference' },
  };
  fake.settings = { ...chosen, samples: '100', budgetSeconds: 9 };
  const request = analyzeRequest('/c', { ...configurationLayer('/c'), data: '/d' });
  const { defaultRows, budgetSeconds } = request;
  assert.deepEqual([defaultRows, budgetSeconds], [100, 9]);
  for (const [name, value] of Object.entries<unknown>({ ...ANALYSIS_DEFAULTS, ...chosen }))
    assert.deepEqual(request[name as keyof typeof ANALYSIS_DEFAULTS], value, name);
});

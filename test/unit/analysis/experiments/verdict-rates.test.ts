import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verdictRates } from '../../../coverage/verdicts';

/** The small form of `npm run coverage -- verdicts`. */
const SIMULATIONS = 40;
/** With 5 % each, one of eighty cases has more than so many of forty in one test of a hundred (binomial). */
const MOST = 8;

const DIFFERS = 'heterogeneity, 6 tasks × 8 settings, ρ 0.5, 0 %';

for (const part of ['greater', 'any of', 'correlation', 'label noise 4', "compare's tau", DIFFERS])
  test(`where there is nothing to find next to nothing is decided: ${part}`, () => {
    for (const { name, decided, of } of verdictRates(SIMULATIONS, part))
      assert.ok(decided <= MOST, `${name}: ${decided} of ${of}`);
  });

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { codeOf, runStated } from '../../support/doctest';

it('the tutorial of derivatives says what its code gives', async () => {
  const count = await runStated('autodiff', await codeOf('src/autodiff/README.md'));
  assert.ok(count >= 12, `${count} values`);
});

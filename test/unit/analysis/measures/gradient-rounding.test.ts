import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { contextOf, run } from './quadratic';

const ALONG = ['sam-sharpness', 'adaptive-sharpness', 'critical-sharpness'] as const;
const quadratic = { theta: [1, 2], slopes: [2e-8, 0], curvatures: [2, 0.06] };
/** Rows whose slopes along any direction are about 0.05, and cancel but for 2e-8. */
const cancelling = {
  precision: 'float32' as const,
  directional: async () => ({ first: Float64Array.of(0.05, -0.05 + 4e-8), second: Float64Array.of(2, 2) }),
};

describe('where the gradient is rounding', () => {
  it('measures along it are left out, with the reason', async () => {
    const { found, notes } = await run(contextOf(quadratic, cancelling), ALONG);
    assert.equal(found.size, 0);
    assert.equal(notes.length, ALONG.length);
    for (const note of notes)
      assert.match(note, /is left out: the gradient here is rounding and points nowhere/);
  });

  it("Keskar's search starts beside the centre, and finds what is uphill from there", async () => {
    const flat = { ...quadratic, slopes: [0, 0] };
    const { found } = await run(contextOf(flat, cancelling), ['keskar-1e-3']);
    const { value, settings } = found.get('keskar-1e-3')!;
    assert.equal(settings.start, 'random');
    const [a, b] = [1e-3 * 2, 1e-3 * 3];
    const corner = (100 * (0.5 * 2 * a ** 2 + 0.5 * 0.06 * b ** 2)) / 1.5;
    assert.ok(Math.abs(value / corner - 1) < 1e-6, `${value} for ${corner}`);
  });

  it('in float64 the same slopes are a gradient', async () => {
    const { found, notes } = await run(contextOf(quadratic, { ...cancelling, precision: 'float64' }), ALONG);
    assert.deepEqual([found.size, notes], [ALONG.length, []]);
  });
});

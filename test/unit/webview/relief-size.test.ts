import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { build } from 'esbuild';

/** In bytes, minified, with everything that it imports. */
const MOST = 80_000;

test('the script of the surface, turning and still, has less than 80 kB', async () => {
  const { outputFiles } = await build({
    entryPoints: [join(__dirname, '../../../webview/relief/chunk.ts')],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'chrome128',
  });
  assert.ok(outputFiles[0].contents.length < MOST, String(outputFiles[0].contents.length));
});

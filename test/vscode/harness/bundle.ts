import { readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import { suiteEntry, testRoot } from './paths';

/** Bundles the tests that run inside the extension host into `out/test/suite`: `index.js` and one file a test. */
export async function bundleSuite(): Promise<void> {
  const folder = path.join(testRoot, 'suite');
  const outdir = path.dirname(suiteEntry);
  // A test that was renamed must not live on in the output.
  await rm(outdir, { recursive: true, force: true });
  await build({
    entryPoints: readdirSync(folder)
      .filter((name) => name === 'index.ts' || name.endsWith('.test.ts'))
      .map((name) => path.join(folder, name)),
    outdir,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['vscode', 'mocha'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
}

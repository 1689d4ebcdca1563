import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const exists = (name: string) => existsSync(path.join(root, name));

for (const page of ['ARCHITECTURE.md', 'CONTRIBUTING.md', 'docs/ADDING.md']) {
  it(`${page} names files and folders that are there`, () => {
    const text = readFileSync(path.join(root, page), 'utf8');
    const named = [...text.matchAll(/`([a-z][\w-]*\/[\w/.-]+)`/g)].map(([, name]) => name);
    const missing = named.filter((name) => !exists(name) && !exists(`src/${name}`));
    // Short forms that a sentence has given the folder of, and packages' own paths.
    assert.deepEqual(
      missing.filter((name) => ROOTS.has(name.split('/')[0])),
      [],
    );
  });
}

const ROOTS = new Set(
  'src webview test scripts media docs analysis autodiff backends cli contract core editor engine files formats jobs lanes network objective settings symmetries training wording'.split(
    ' ',
  ),
);

it('walks from right click to pixel in at most thirty steps', () => {
  const text = readFileSync(path.join(root, 'ARCHITECTURE.md'), 'utf8');
  const walk = /## One product[\s\S]*?\n## /.exec(text)?.[0] ?? '';
  const steps = [...walk.matchAll(/^\d+\. /gm)].length;
  assert.ok(steps > 10 && steps <= 30, `${steps} steps`);
});

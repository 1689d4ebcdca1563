import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runStated } from '../../support/doctest';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** The code that stands in comments of a file, without the comments' stars. */
const examplesIn = (text: string): string[] =>
  [...text.matchAll(/^ *\* ```ts\n([\s\S]*?)^ *\* ```$/gm)].map(([, code]) => code.replace(/^ *\* ?/gm, ''));

const ROOMS = ['analysis', 'autodiff', 'network', 'objective'];

for (const room of ROOMS) {
  const folder = path.join(root, 'src', room);
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const examples = names.flatMap((name) =>
    examplesIn(readFileSync(path.join(folder, name), 'utf8')).map((code, i) => ({ name, code, i })),
  );

  describe(`examples in the docs of ${room}`, () => {
    it('stand with its main functions', () => assert.ok(examples.length >= 3, `${examples.length}`));
    for (const { name, code, i } of examples)
      it(`${name.split(path.sep).join('/')}, ${i + 1}`, async () => {
        assert.ok((await runStated(`${room}-${name}-${i}`, code)) > 0);
      });
  });
}

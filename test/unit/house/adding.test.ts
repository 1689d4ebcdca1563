import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const page = readFileSync(path.join(root, 'docs/ADDING.md'), 'utf8');

/** The source files in some folders that match, generated ones aside. */
function filesWith(pattern: RegExp, folders: readonly string[]): string[] {
  return folders
    .flatMap((folder) =>
      readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
        path.posix.join(folder, name.split(path.sep).join('/')),
      ),
    )
    .filter((name) => name.endsWith('.ts') && !name.includes('/generated/'))
    .filter((name) => pattern.test(readFileSync(path.join(root, name), 'utf8')))
    .sort();
}

describe('the pages for adding a thing', () => {
  for (const section of page.split(/^## /m).slice(1)) {
    const title = section.slice(0, section.indexOf('\n'));
    const named = [...section.matchAll(/^\| `(src\/[^`]+)`/gm)].map(([, file]) => file).sort();
    const places = /^<!-- places of (.+) in (src.*) -->$/m.exec(section);

    it(`${title}: names the files that know its example`, () => {
      assert.ok(named.length > 0);
      if (places) assert.deepEqual(filesWith(new RegExp(places[1]), places[2].split(' ')), named);
      else for (const file of named) assert.ok(existsSync(path.join(root, file)), file);
    });
  }
});

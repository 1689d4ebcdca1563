import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const markdown = (folder: string): string[] =>
  readdirSync(path.join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => path.join(folder, name));

/** What a page's headings can be linked to by, as GitHub makes it. */
const anchors = (text: string): string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

describe('links between pages', () => {
  for (const page of [
    ...markdown('.'),
    ...markdown('docs'),
    ...markdown('docs/experiments'),
    ...markdown('media/walkthrough'),
  ])
    it(`${page}: lead somewhere`, () => {
      const text = readFileSync(path.join(root, page), 'utf8').replace(/^```[^]*?^```/gm, '');
      for (const [, picture] of text.matchAll(/(?:src|srcset)="([^"]+)"/g))
        assert.ok(existsSync(path.join(root, path.dirname(page), picture)), `${picture} is not there`);
      for (const [, target] of text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)) {
        const [file, anchor] = target.split('#');
        const to = file === '' ? path.join(root, page) : path.join(root, path.dirname(page), file);
        assert.ok(existsSync(to), `${target} leads nowhere`);
        if (anchor)
          assert.ok(anchors(readFileSync(to, 'utf8')).includes(anchor), `${target} has no such heading`);
      }
    });
});

import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { arrows, objection, packageHomes, rooms as rule } from '../../../scripts/rooms.mjs';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Lints a text as if it stood in `file`, by the rule alone: types would need the file to exist. */
async function complaints(file: string, text: string): Promise<string[]> {
  const eslint = new ESLint({
    cwd: root,
    overrideConfigFile: true,
    overrideConfig: [
      {
        files: ['**/*.ts'],
        languageOptions: { parser: tseslint.parser },
        plugins: { house: { rules: { rooms: rule } } },
        rules: { 'house/rooms': 'error' },
      },
    ],
  });
  const [result] = await eslint.lintText(text, { filePath: path.join(root, file) });
  return result?.messages.map(({ message }) => message) ?? [];
}

describe('the rooms rule', () => {
  const rooms = Object.keys(arrows);

  for (const from of rooms.filter((room) => room !== 'webview')) {
    it(`lets ${from} import only what its arrows name`, () => {
      for (const to of rooms) {
        const upwards = to === 'webview' ? '../../webview/main' : `../${to}/thing`;
        const said = objection(path.join(root, `src/${from}/file.ts`), upwards, true);
        const allowed = to === from || arrows[from]?.includes(to);
        assert.equal(said, allowed ? undefined : `${from} may not import ${to}.`);
      }
    });
  }

  it('has arrows that only go down: no room reaches itself', () => {
    const reach = (room: string, seen: Set<string>): Set<string> => {
      for (const next of arrows[room] ?? []) if (!seen.has(next)) reach(next, seen.add(next));
      return seen;
    };
    for (const room of rooms) assert.ok(!reach(room, new Set()).has(room), `${room} reaches itself`);
  });

  it('can let one file of a room be imported and no other', () => {
    const file = path.join(root, 'src/editor/engine.ts');
    assert.equal(objection(file, '../engine/client'), undefined);
    assert.equal(objection(file, '../engine/server'), 'editor may not import engine.');
  });

  it('reads every way of importing', async () => {
    const text = [
      "import { a } from '../jobs/analyze';",
      "import type { B } from '../analysis/operator';",
      "export { c } from '../formats/npz';",
      "export * from '../objective/objective';",
      "const later = import('../autodiff/graph');",
      "type D = import('../network/model').Model;",
      "import e = require('../backends/reference');",
      "const f = require('../training/loop');",
    ].join('\n');
    assert.deepEqual(await complaints('src/editor/commands/analyze.ts', text.replaceAll("'../", "'../../")), [
      'editor may not import jobs.',
      'editor may not import analysis.',
      'editor may not import formats.',
      'editor may not import objective.',
      'editor may not import autodiff.',
      'editor may not import network.',
      'editor may not import backends.',
      'editor may not import training.',
    ]);
  });

  it('judges the file meant, not the words of the path', async () => {
    // src/analysis/network.ts would be analysis, though a room is called network.
    assert.deepEqual(await complaints('src/analysis/spectrum/lanczos.ts', "import '../network';"), []);
    assert.deepEqual(await complaints('src/analysis/spectrum/lanczos.ts', "import '../../network/dense';"), [
      'analysis may not import network.',
    ]);
  });

  it('keeps packages in their homes', async () => {
    for (const [name, homes] of Object.entries(packageHomes)) {
      const text = `import '${name}';`;
      assert.equal((await complaints('src/training/loop.ts', text)).length, 1, `${name} in training`);
      for (const home of homes) {
        const file = home.endsWith('.ts') ? home : home === 'webview' ? 'webview/x.ts' : `src/${home}/x.ts`;
        assert.deepEqual(await complaints(file, text), [], `${name} in ${home}`);
      }
    }
    assert.deepEqual(
      await complaints('webview/header.ts', "import '@vscode/webview-ui-toolkit/dist/index';"),
      ['@vscode/webview-ui-toolkit may only be imported in webview/controls.ts.'],
    );
  });

  it('keeps Node and all but one package out of what every bundle holds', async () => {
    assert.deepEqual(
      await complaints(
        'src/contract/report.ts',
        "import 'zod';import 'pure-rand';import 'node:fs';import 'path';import 'ml-matrix';",
      ),
      [
        'contract may not import the package pure-rand.',
        "contract may not import Node's node:fs.",
        "contract may not import Node's path.",
        'contract may not import the package ml-matrix.',
      ],
    );
    assert.deepEqual(await complaints('webview/main.ts', "import 'node:fs';import '../src/core/errors';"), [
      "webview may not import Node's node:fs.",
    ]);
  });

  it('lets the panel and the wording take words and types from the contract, but no schemas', async () => {
    for (const [file, up] of [
      ['webview/main.ts', '../src'],
      ['src/wording/x.ts', '..'],
    ]) {
      const allowed = `import type { Report } from '${up}/contract/report';import { type Report as R } from '${up}/contract/report';import { MEASURES } from '${up}/contract/vocabulary';`;
      assert.deepEqual(await complaints(file, allowed), []);
      const [complaint] = await complaints(file, `import { reportSchema } from '${up}/contract/report';`);
      assert.match(complaint, /may import only types from src\/contract\/report/);
    }
  });

  it('lets the native runtime be loaded by the one file that first turns off what it would send', async () => {
    const text = "import * as ort from 'onnxruntime-node';";
    assert.deepEqual(await complaints('src/backends/onnxruntime/runtime.ts', text), []);
    for (const file of ['src/backends/onnxruntime/other.ts', 'test/unit/x.test.ts', 'test/bench/x.ts'])
      assert.equal((await complaints(file, text)).length, 1, file);
  });

  it('asks for a new room to be put in the table', () => {
    assert.match(
      String(objection(path.join(root, 'src/attic/x.ts'), './y')),
      /"attic" is not in scripts\/rooms/,
    );
  });

  it('is switched on for every source file, beside no-explicit-any', async () => {
    const eslint = new ESLint({ cwd: root });
    for (const file of ['src/extension.ts', 'src/contract/report.ts', 'webview/main.ts']) {
      const config = (await eslint.calculateConfigForFile(path.join(root, file))) as {
        rules: Record<string, unknown[]>;
      };
      assert.equal(config.rules['house/rooms']?.[0], 2, file);
      assert.equal(config.rules['@typescript-eslint/no-explicit-any']?.[0], 2, file);
    }
  });
});

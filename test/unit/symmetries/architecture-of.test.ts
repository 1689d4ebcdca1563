import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { openModel } from '../../../src/formats/model';
import {
  ArchitectureMismatch,
  architectureOf,
  checkSameArchitecture,
} from '../../../src/symmetries/same-architecture';
import { corpus } from '../../support/corpus';

test('two networks have one architecture where a line can join them, and nowhere else', async () => {
  const files = ['keras', 'onnx'].flatMap((folder) =>
    readdirSync(corpus(folder))
      .filter((name) => /digits.*\.(keras|onnx)$|moons.*\.keras$/.test(name))
      .map((name) => corpus(folder, name)),
  );
  const models = (await Promise.all(files.map((file) => openModel(file).catch(() => undefined)))).flatMap(
    (opened) => (opened ? [opened.model] : []),
  );
  assert.ok(models.length > 5);
  const texts = models.map(architectureOf);
  let same = 0;
  for (const [i, a] of models.entries())
    for (const [k, b] of models.entries()) {
      let isRefused = false;
      try {
        checkSameArchitecture(a, 'a', b, 'b');
      } catch (error) {
        assert.ok(error instanceof ArchitectureMismatch);
        isRefused = true;
      }
      assert.equal(texts[i] !== texts[k], isRefused, `${files[i]} and ${files[k]}`);
      if (i !== k && !isRefused) same++;
    }
  assert.ok(same > 0);
});

import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, test } from 'node:test';
import { fake, resetFake } from '../fake-vscode';
import type { LayerCurvature } from '../../../../src/contract/report';
import { openSource } from '../../../../src/editor/panel/open-source';
import { corpus, temporaryFolder } from '../../../support/corpus';

beforeEach(resetFake);

const owner = { file: 'models.py', className: 'Mlp', attribute: 'fc2.weight', path: '' };
const layer: LayerCurvature = {
  ...{ name: 'fc2.weight', layer: 'fc2', shape: [64, 64], parameters: 4096, norm: 1 },
  source: {
    ...{ file: 'models.py', line: 48, kind: 'definition', text: 'nn.Linear(64, 64)', module: 'Linear' },
    owners: [owner],
  },
};

/** Files of Python with the code of the fixture, some of it changed. */
function found(...changes: ((text: string) => string)[]): string[] {
  const folder = temporaryFolder();
  fake.found = changes.map((change, i) => {
    const file = join(folder, String(i), 'models.py');
    mkdirSync(join(folder, String(i)));
    writeFileSync(file, change(readFileSync(corpus('torch/code/models.py'), 'utf8')));
    return file;
  });
  return fake.found;
}

test('the line that makes a layer opens where it stands now', async () => {
  const [file] = found((text) => `# one\n${text}`);
  await openSource('fc2.weight', [layer]);
  assert.deepEqual(fake.opened, [{ file, line: 48 }]);
});

test('of files of one name the one that still has the line is meant', async () => {
  const [, file] = found(
    (text) => text.replace('nn.Linear(64, 64)', 'nn.Linear(64, 64, False)'),
    (text) => text,
  );
  await openSource('fc2.weight', [layer]);
  assert.deepEqual(fake.opened, [{ file, line: 47 }]);
});

test('it says so where the line is gone, or could be one of several', async () => {
  found((text) => text.replace('class Mlp', 'class Other'));
  await assert.rejects(
    openSource('fc2.weight', [layer]),
    /No line of Python in this workspace makes fc2\.weight/,
  );
  found(String, String);
  await assert.rejects(openSource('fc2.weight', [layer]), /More than one line/);
});

test('a line that was recorded by its call alone opens there when its class is gone', async () => {
  const [file] = found((text) => text.replace('self.fc2 = nn.Linear(64, 64)', 'self.fc2 = make(self)'));
  const call = { kind: 'call', line: 53, text: 'x = torch.tanh(self.fc2(x))' } as const;
  const source = { ...layer.source!, ...call, owners: [{ ...owner, className: 'Gone' }] };
  await openSource('fc2.weight', [{ ...layer, source }]);
  assert.deepEqual(fake.opened, [{ file, line: 52 }]);
});

test('a layer of Keras opens at the constructor of its name', async () => {
  const folder = temporaryFolder();
  cpSync(corpus('torch/code/models.py'), join(folder, 'a.py'));
  const file = join(folder, 'b.py');
  writeFileSync(file, 'x = 1\ny = Dense(24, name="hidden")(x)\n');
  fake.found = [join(folder, 'a.py'), file];
  const hidden = {
    name: 'hidden/kernel',
    layer: 'hidden',
    shape: [64, 24],
    parameters: 1,
    norm: 1,
    className: 'Dense',
  };
  await openSource('hidden/kernel', [hidden]);
  assert.deepEqual(fake.opened, [{ file, line: 1 }]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loosePathAt } from '../../../src/editor/hover/loose-path';
import { matching } from '../../../src/editor/hover/matching';
import type { CodeLanguage } from '../../../src/editor/hover/tokens';

/** What the text at `|` spells, with a star for what it leaves open. */
function spelled(marked: string, language: CodeLanguage | undefined): string | undefined {
  const offset = marked.indexOf('|');
  return loosePathAt(marked.replace('|', ''), offset, language)?.parts.join(' / ');
}

const cases: readonly (readonly [CodeLanguage | undefined, string, string | undefined])[] = [
  ['python', "load(f'runs/{name}/epoch-{epoch:03d}|.keras')", 'runs/*/epoch-*.keras'],
  ['python', "load(f'a|.keras')", undefined],
  ['python', "ModelCheckpoint('epoch-{epoch:03d}|.keras')", 'epoch-*.keras'],
  ['python', "x = 'epoch-{:03d}|.keras'.format(3)", 'epoch-*.keras'],
  ['python', "x = 'epoch-%03d|.keras' % 3", 'epoch-*.keras'],
  ['python', "glob('runs/*|.keras')", 'runs/*.keras'],
  ['python', "x = 'a|/' + 'b.keras'", 'a/b.keras'],
  ['python', "x = 'a/' + 'b|.keras'", 'a/b.keras'],
  ['python', "x = root + '/b|.keras'", '*/b.keras'],
  ['python', "x = 'runs/' + str(n) + '/b|.keras'", '*/b.keras'],
  ['python', "x = 'ru|ns/' + names[n].lower() + '/b.keras'", 'runs/*/b.keras'],
  ['python', "x = 'a-{}|.keras'.replace('a', 'b')", undefined],
  ['python', "x = rb'a-{}|.keras'", undefined],
  ['python', "best = 'runs/a.keras'\nload(be|st)", 'runs/a.keras'],
  ['python', "best = Path('runs') / 'a.keras'\nload(be|st)", 'runs / a.keras'],
  ['python', "p = f'e-{n}.keras'\nload(|p)", 'e-*.keras'],
  ['python', "model = load('a.keras')\nmod|el.fit()", undefined],
  ['python', "best = 'a.txt'\nbest = 'b.keras'\nload(be|st)", 'b.keras'],
  ['python', "other.best = 'b.keras'\nload(be|st)", undefined],
  ['python', '# see runs/a|.keras for it', 'runs/a.keras'],
  ['python', "# it's 'my runs/a|.keras'", 'my runs/a.keras'],
  ['python', '# nothing he|re', undefined],
  ['javascript', 'load(`runs/${n}/a|.keras`)', 'runs/*/a.keras'],
  ['javascript', "const best = 'a.keras';\nload(be|st)", 'a.keras'],
  ['javascript', "// load('a|.keras')", 'a.keras'],
  ['python', "torch.save(net.state_dict(), f'runs/epoch-{epoch}|.pth')", 'runs/epoch-*.pth'],
  ['python', "best = Path('runs') / 'best.safetensors'\nload_file(be|st)", 'runs / best.safetensors'],
  ['python', '# see runs/a|.ckpt for it', 'runs/a.ckpt'],
  [undefined, 'The weights are `pytorch_model|.bin`.', 'pytorch_model.bin'],
  [undefined, 'The best is `runs/a|.keras`, they say.', 'runs/a.keras'],
  [undefined, '[it](runs/a|.keras)', 'runs/a.keras'],
  [undefined, 'landscape analyze --out=x runs/a|.keras --top 5', 'runs/a.keras'],
  [undefined, 'cp $HOME/runs/a|.keras .', '*/runs/a.keras'],
  [undefined, 'cp "${DIR}/my a|.keras" .', '*/my a.keras'],
  [undefined, 'ls runs/epoch-*|.keras', 'runs/epoch-*.keras'],
  [undefined, 'a.kerasx is| none', undefined],
  ['yaml', '# see a|.keras', 'a.keras'],
];

for (const [language, text, expected] of cases)
  test(`${language ?? 'prose'}: ${text.replaceAll('\n', '⏎')}`, () =>
    assert.equal(spelled(text, language), expected));

test('what is left open matches files of the place that is said, else of anywhere, in the order of their numbers', () => {
  const files = ['/w/a/epoch-10.keras', '/w/a/epoch-9.keras', '/w/b/epoch-1.keras', '/w/b/best.keras'];
  const of = (part: string, bases: string[] = ['/w']) =>
    matching({ parts: [part], anchored: true, start: 0, end: 0 }, files, bases);
  assert.deepEqual(of('a/epoch-*.keras'), ['/w/a/epoch-9.keras', '/w/a/epoch-10.keras']);
  assert.deepEqual(of('epoch-*.keras', ['/w/b', '/w']), ['/w/b/epoch-1.keras']);
  assert.deepEqual(of('epoch-*.keras'), ['/w/a/epoch-9.keras', '/w/a/epoch-10.keras', '/w/b/epoch-1.keras']);
  assert.deepEqual(of('*/b/best.keras'), ['/w/b/best.keras']);
  assert.deepEqual(of('*/epoch-1.keras'), ['/w/b/epoch-1.keras']);
  assert.deepEqual(of('../*.keras'), []);
  assert.deepEqual(of('epoch-(*.keras'), []);
});

test('unfinished text never throws, wherever one points', () => {
  for (const text of [
    "x = 'a-{}.keras' +",
    "'a' + (",
    "f'{",
    'x = ',
    "'*.keras' + b[",
    '`${',
    "a = '.keras' + a(",
  ])
    for (const language of ['python', 'javascript', 'json', 'yaml', undefined] as const)
      for (let at = 0; at <= text.length; at++) loosePathAt(text, at, language);
});

test('twenty thousand checkpoints and a long file are gone through within a hover', () => {
  const files = Array.from({ length: 20_000 }, (_, i) => `/w/run-${i % 100}/epoch-${i}.keras`);
  const text = `${'x = "some text" + y\n'.repeat(10_000)}load(f"run-7/epoch-{e}.keras")`;
  const found = loosePathAt(text, text.length - 12, 'python');
  assert.ok(found);
  assert.equal(matching(found, files, ['/w']).length, 200);
});

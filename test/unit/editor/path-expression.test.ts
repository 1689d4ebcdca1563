import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pathExpressionAt } from '../../../src/editor/hover/path-expression';
import type { CodeLanguage } from '../../../src/editor/hover/tokens';

/** What the code at `|` spells: parts joined by ` / `, with `… / ` in front when something before is unknown. */
function spelled(marked: string, language: CodeLanguage): string | undefined {
  const offset = marked.indexOf('|');
  const found = pathExpressionAt(marked.replace('|', ''), offset, language);
  return found && (found.anchored ? '' : '… / ') + found.parts.join(' / ');
}

const cases: readonly (readonly [CodeLanguage, string, string | undefined])[] = [
  ['python', "load_model('ru|ns/a.keras')", 'runs/a.keras'],
  ['python', "|'a.keras'", 'a.keras'],
  ['python', "'a.keras'|", undefined],
  ['python', 'x = r"C:\\runs\\a|.keras"', 'C:\\runs\\a.keras'],
  ['python', "x = 'it\\'s|.keras'", "it's.keras"],
  ['python', '"""doc with \'quotes\n"""\nx = "a|.keras"', 'a.keras'],
  ['python', '# it\'s\nx = "a|.keras"', 'a.keras'],
  ['python', "# 'a|.keras'", undefined],
  ['python', "x = f'a|.keras'", undefined],
  ['python', "x = b'a|.keras'", undefined],
  ['python', "x = 'epoch-{:03d}|.keras'.format(3)", undefined],
  ['python', "x = 'a|.keras'.replace('a', 'b')", undefined],
  ['python', "x = 'epoch-%d|.keras' % 3", undefined],
  ['python', "x = 'epoch-' + '3|.keras'", undefined],
  ['python', "glob('runs/*|.keras')", undefined],
  ['python', "x = ('runs/'\n     'a|.keras')", 'runs/a.keras'],
  ['python', "x = Path('runs') / 'a|.keras'", 'runs / a.keras'],
  ['python', "x = Path('ru|ns') / 'b' / 'a.keras'", 'runs / b / a.keras'],
  ['python', "x = str(pathlib.Path('runs', 'b') / 'a|.keras')", 'runs / b / a.keras'],
  ['python', "x = ROOT / 'b' / 'a|.keras'", '… / b / a.keras'],
  ['python', "x = Path(__file__).parent / 'a|.keras'", '… / a.keras'],
  ['python', "x = Path('runs') / name / 'a|.keras'", '… / a.keras'],
  ['python', "x = Path('runs') / f'{n}' / 'a|.keras'", '… / a.keras'],
  ['python', "x = Path('ru|ns') / name", undefined],
  ['python', "load(os.path.join('runs', 'a|.keras'), 3)", 'runs / a.keras'],
  ['python', "load(os.path.join('ru|ns', 'a.keras',))", 'runs / a.keras'],
  ['python', "os.path.join(base(1, 2), 'runs', 'a|.keras')", '… / runs / a.keras'],
  ['python', "os.path.join('ru|ns', name, 'a.keras')", undefined],
  ['python', "os.path.join('runs', f'{n}', 'a|.keras')", undefined],
  ['python', "', '.join('a|.keras')", undefined],
  ['python', "base.joinpath('a|.keras')", '… / a.keras'],
  ['python', "Path('runs/a|.keras').exists()", 'runs/a.keras'],
  ['python', "str(Path('runs/a|.keras').resolve())", 'runs/a.keras'],
  ['python', "load(Path('runs/a|.keras').expanduser().as_posix())", 'runs/a.keras'],
  ['python', "Path('runs').resolve() / 'a|.keras'", 'runs / a.keras'],
  ['python', "Path('ru|ns').resolve(strict=f(1, 2)) / 'a.keras'", 'runs / a.keras'],
  ['python', "Path('runs', 'b').absolute() / 'a|.keras'", 'runs / b / a.keras'],
  ['python', "Path('runs').joinpath('a|.keras')", 'runs / a.keras'],
  ['python', "Path('ru|ns').joinpath('b', 'a.keras').exists()", 'runs / b / a.keras'],
  ['python', "(Path('runs') / 'b').joinpath('a|.keras')", '… / a.keras'],
  ['python', "Path('runs').joinpath(name, 'a|.keras')", '… / a.keras'],
  ['python', "Path('ru|ns').joinpath(name, 'a.keras')", undefined],
  ['python', "Path('a|.keras').with_suffix('.h5')", undefined],
  ['python', "Path('runs/a|.keras').parent", undefined],
  ['python', "Path('runs/a|.keras').exists", undefined],
  ['python', "Path('runs') / 'a|.keras'.upper()", undefined],
  ['python', "'a|.keras'.exists()", undefined],
  ['python', "load(join('runs', 'a|.keras'))", 'runs / a.keras'],
  ['python', "load(join('ru|ns', 'a.keras'))", 'runs / a.keras'],
  ['python', "load(join(base, 'a|.keras'))", '… / a.keras'],
  ['python', "x = {'model': 'a|.keras'}", 'a.keras'],
  ['python', "compare(['a|.keras', 'b.keras'])", 'a.keras'],
  ['python', "x = 'a|.keras", undefined],
  ['javascript', "load('runs/a|.keras')", 'runs/a.keras'],
  ['javascript', 'load(`runs/a|.keras`)', 'runs/a.keras'],
  ['javascript', 'load(`runs/${n}a|.keras`)', undefined],
  ['javascript', "load(path.join('runs', 'a|.keras'))", 'runs / a.keras'],
  ['javascript', "load(path.join(__dirname, 'a|.keras'))", '… / a.keras'],
  ['javascript', "// it's\nload('a|.keras')", 'a.keras'],
  ['javascript', "/* it's */ load('a|.keras')", 'a.keras'],
  ['javascript', "const x = a / b; load('a|.keras')", 'a.keras'],
  ['javascript', "load(join('runs', 'a|.keras'))", 'runs / a.keras'],
  ['javascript', "const q = /['\"`]/g; load('a|.keras')", 'a.keras'],
  ['javascript', "s.replace(/`/, ''); load('a|.keras')", 'a.keras'],
  ['javascript', "return /[/']/.test(s) ? load('a|.keras') : 0", 'a.keras'],
  ['javascript', "const x = (a) / b['it']; load('a|.keras') / 2", 'a.keras'],
  ['javascript', "<b>x</b>; load('a|.keras'); <i></i>", 'a.keras'],
  ['javascript', "x = a / 2; y = `q`; load('a|.keras') / 3", 'a.keras'],
  ['json', '{ "model": "runs/a|.keras", "n": 1 }', 'runs/a.keras'],
  ['json', '{ "mo|del": 1 }', 'model'],
  ['json', '{ "model": "runs\\u002fa|.keras" }', 'runs/a.keras'],
  ['yaml', 'model: runs/a|.keras', 'runs/a.keras'],
  ['yaml', 'model: runs/my model/a|.keras  # the best', 'runs/my model/a.keras'],
  ['yaml', 'models:\n  - runs/a|.keras\n  - b.keras', 'runs/a.keras'],
  ['yaml', 'models: [runs/a.keras, b|.keras]', 'b.keras'],
  ['yaml', 'model: "runs/a|.keras"', 'runs/a.keras'],
  ['yaml', "model: 'it''s|.keras'", "it's.keras"],
  ['yaml', '# model: a|.keras', undefined],
];

for (const [language, code, expected] of cases) {
  test(`${language}: ${code.replaceAll('\n', '⏎')}`, () => assert.equal(spelled(code, language), expected));
}

test('the range is the whole expression', () => {
  const code = "x = Path('runs') / 'a.keras'  # best";
  for (const part of ['runs', 'a.keras']) {
    const found = pathExpressionAt(code, code.indexOf(part), 'python');
    assert.equal(code.slice(found?.start, found?.end), "Path('runs') / 'a.keras'");
  }
});

test('unfinished code does not throw', () => {
  for (const code of [
    "Path('a').open(",
    "Path('a",
    "os.path.join('a', ",
    '`${',
    '"""',
    "'a' /",
    "Path('a') / ",
  ]) {
    for (const language of ['python', 'javascript', 'json', 'yaml'] as const) {
      for (let at = 0; at <= code.length; at++) pathExpressionAt(code, at, language);
    }
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Linter } from 'eslint';
import tseslint from 'typescript-eslint';
import { documented } from '../../../scripts/documented.mjs';

/** What the rule says of a file's text. */
const said = (text: string): string[] =>
  new Linter()
    .verify(
      text,
      {
        files: ['**/*.ts'],
        languageOptions: { parser: tseslint.parser },
        plugins: { house: { rules: { documented } } },
        rules: { 'house/documented': 'error' },
      },
      'a.ts',
    )
    .map(({ message }) => message);

test('exported functions, classes and their methods have a docstring', () => {
  assert.deepEqual(said('/** Of it. */ export function a() {}\nfunction b() {}\nexport const c = 1;'), []);
  assert.match(said('export function a() {}')[0], /^a has no docstring/);
  assert.match(said('// Of it.\nexport const a = () => 1;')[0], /^a has no docstring/);
  const inside =
    '/** Of it. */ export class A { /** Of b. */ b() {} c() {} private d() {} get e() { return 1; } }';
  assert.deepEqual(said(inside), ['c has no docstring: say what it is, with shapes, units and source.']);
});

test('whoever throws says so', () => {
  const thrower = 'export function a() { if (b) throw new Error(); }';
  assert.match(said(`/** Of it. */ ${thrower}`)[0], /^a throws, and its docstring does not say/);
  assert.deepEqual(said(`/** Of it. @throws Error */ ${thrower}`), []);
  assert.deepEqual(said('/** Of it. */ export const a = () => { const b = () => { throw c; }; };'), []);
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { definitionOf } from '../../../../src/python/lines/definition';
import { PythonText } from '../../../../src/python/lines/python-text';
import { corpus } from '../../../support/corpus';

const styles = readFileSync(corpus('torch/code/styles.py'), 'utf8');
const file = new PythonText(styles);

function found(attribute: string, module?: string, className = 'Outer'): string | undefined {
  const definition = definitionOf(file, { className, attribute }, module);
  if (definition === undefined || 'inherits' in definition) return undefined;
  // The number is counted by a way of its own.
  assert.equal(definition.line, styles.slice(0, definition.from).split('\n').length);
  return definition.text;
}

test('a line that sets an attribute is found, however it is written', () => {
  assert.equal(found('plain.weight'), 'nn.Linear(4, 4)');
  assert.equal(found('annotated.weight'), 'nn.Linear(4, 4)');
  assert.equal(found('first.weight'), 'nn.Linear(4, 4)');
  assert.equal(found('second.weight'), 'nn.Conv2d(4, 4, 1)');
  assert.equal(found('tied.weight'), 'nn.Linear(4, 4)');
  assert.equal(found('same.weight'), 'nn.Linear(4, 4)');
  assert.match(found('wrapped.weight') ?? '', /^nn\.Linear\( 4, 4, # a comment/);
  assert.equal(found('aliased.weight'), 'Dense(4, 4)');
  assert.equal(found('normed.weight'), 'norm(4)');
  assert.equal(found('scale'), 'nn.Parameter(torch.ones(4))');
  assert.equal(found('short.weight'), 'nn.Linear(4, 4)');
  assert.equal(found('head.weight'), 'head');
  assert.equal(found('added.weight'), 'nn.Linear(4, 4)');
  assert.equal(found('part1.weight'), 'nn.Linear(4, 4)');
  assert.equal(found('inherited.weight'), 'nn.Linear(4, 4)');
});

test('lists and dictionaries of modules are followed to the very argument', () => {
  assert.equal(found('net.0.weight'), 'nn.Linear(4, 8)');
  assert.equal(found('net.3.weight'), 'nn.Linear(8, 4)');
  assert.equal(found('net.2.0.weight'), 'nn.Linear(8, 8)');
  assert.equal(found('net.2.1.weight'), 'nn.LayerNorm(8)');
  assert.equal(found('ordered.norm.weight'), 'nn.BatchNorm2d(4)');
  assert.equal(found('listed.1.weight'), 'nn.Linear(4, 2)');
  assert.equal(found('looped.2.weight'), 'nn.Linear(4, 4)');
  assert.equal(found('named.b.weight'), 'nn.Linear(4, 2)');
  assert.equal(found('keyed.a.weight'), 'nn.Linear(4, 4)');
  assert.equal(found('keyed.h.1.fc.weight'), 'Block(4)');
  assert.equal(found('spread.1.weight'), 'nn.Linear(4, 4)');
});

test('lists that are built line by line lead to the line that adds the layer', () => {
  assert.equal(found('appended.1.weight'), 'nn.Linear(4, 2)');
  assert.equal(found('grown.1.weight'), 'nn.Linear(4, 4)');
  assert.equal(found('stack.2.weight', 'Linear'), 'nn.Linear(size, size)');
  assert.equal(found('stack.3.weight', 'BatchNorm1d'), 'nn.BatchNorm1d(size)');
  assert.equal(found('body.2.weight'), 'nn.Linear(4, 2)');
});

test('helpers end at the line that calls them, branches at the one that has the layer', () => {
  assert.equal(found('helped.weight'), 'conv3x3(3, 4)');
  assert.equal(found('made.0.weight'), 'self._make(4)');
  assert.equal(found('branch.1.weight'), 'nn.BatchNorm2d(4)');
  assert.equal(found('either.weight', 'Linear'), 'nn.Linear(4, 4)');
});

test('what a class gives to the list that it is derived from is followed', () => {
  assert.equal(found('0.weight', 'Linear', 'Chain'), 'nn.Linear(size, 8)');
  // How many are before it is not known.
  assert.match(found('3.weight', 'Linear', 'Chain') ?? '', /^super\(\)\.__init__\( nn\.Linear\(size, 8\),/);
  assert.equal(found('2.weight', 'Linear', 'Row'), 'nn.Linear(4, 4)');
});

test('a layer that a class is handed is made where the class is called', () => {
  assert.equal(found('fc.weight', 'Linear', 'Handed'), 'nn.Linear(size, size)');
  assert.equal(found('shortcut.0.weight', 'Conv2d', 'Handed'), 'nn.Conv2d(4, 4, 1)');
  assert.equal(found('shortcut.1.bias', 'BatchNorm2d', 'Handed'), 'nn.BatchNorm2d(4)');
  assert.equal(found('head.weight', 'Linear', 'Handed'), 'nn.Linear(4, 2)');
});

test('keys that are computed are those of a loop, and nothing is made of None', () => {
  assert.equal(found('parts.a.weight', 'Linear', 'Holder'), 'nn.Linear(4, 4)');
  assert.equal(found('scale', undefined, 'Holder'), 'nn.Parameter(torch.ones(4))');
});

test('what is not there, or could be meant twice, is not found', () => {
  assert.equal(found('missing.weight'), undefined);
  assert.equal(found('chosen.weight', 'Linear'), undefined);
  assert.equal(found('fc.weight', 'Linear', 'Twice'), undefined);
  assert.equal(found('fc.weight', 'Linear', 'Nowhere'), undefined);
  assert.deepEqual(definitionOf(file, { className: 'Heir', attribute: 'fc.weight' }, 'Linear'), {
    inherits: ['Elsewhere'],
  });
});

test('text that is not Python ends in nothing found', () => {
  for (const text of [
    '',
    'class',
    'class A(',
    'class A:\n  self.a = (((',
    '{"a": [1,',
    '\u0000\n"""',
    'class A:\n self.a = self.a =',
  ]) {
    const odd = new PythonText(text);
    assert.equal(definitionOf(odd, { className: 'B', attribute: 'a.weight' }, undefined), undefined);
    definitionOf(odd, { className: 'A', attribute: 'a.weight' }, undefined);
  }
});

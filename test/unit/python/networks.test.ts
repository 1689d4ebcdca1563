import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { argumentsFrom, evident, liveVariable, networksIn, rankedFor } from '../../../src/python/networks';
import { definitionsIn, notebookCode } from '../../../src/python/scan';

const MODELS = `
import torch
from torch import nn
import lightning as L

class Block(nn.Module):
    """A block: class Hidden(nn.Module): is text."""
    def __init__(self, inputs, outputs, stride: int = 1, *, act: str = "relu)", **rest):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3)
        if self.conv1 == 3: pass

# class Commented(nn.Module):
class Net(
    nn.Module,
):
    def __init__(
        self,
        classes,
        widths=(8, 16, {"a": [1, 2]}),  # a comment, with commas
        activation=lambda x: x == 1,
        depth: int | None = None,
        name: "str",
        *args,
    ):
        super().__init__()
        self.features = nn.Sequential(Block(3, 8))
        self.classifier: nn.Linear = nn.Linear(8, classes)

    def forward(self, x):
        self.calls += 1
        return self.classifier(self.features(x))

class Small(Net):
    pass

class Trainer(L.LightningModule):
    def __init__(self, net): self.model = net

class Typed(Net, Generic[T]):
    def __init__(self): self.extra = 1

class Data(torch.utils.data.Dataset):
    def __init__(self, root): self.root = root

def build(width=4, *, classes):
    return Net(classes, widths=(width,))

def make_model() -> "nn.Module":
    return registry["x"]()

async def later(n):
    model = models.Small(n)
    model.eval()
    return model

def train(model):
    return model.loss

if __name__ == "__main__":
    model = Net(3)
    net2 = models.Small(3)
`;

const networks = networksIn([{ file: 'models.py', text: MODELS }]);
const named = (name: string) => networks.find((each) => each.name === name)!;
const parameters = (name: string) =>
  named(name).parameters.map((each) => each.name + (each.required ? '!' : ''));

describe('the networks in somebody’s code, read as text', () => {
  it('are the classes of torch.nn.Module, those derived from them, and functions that make one', () => {
    assert.deepEqual(
      networks.map(({ name, kind }) => `${kind} ${name}`),
      [
        ...['class Block', 'class Net', 'class Small', 'class Trainer', 'class Typed'],
        ...['function build', 'function make_model', 'function later'],
      ],
    );
  });

  it('have the parameters of their constructors, inherited ones too', () => {
    assert.deepEqual(parameters('Block'), ['inputs!', 'outputs!', 'stride', 'act']);
    assert.deepEqual(parameters('Net'), ['classes!', 'widths', 'activation', 'depth', 'name!']);
    assert.deepEqual(parameters('Small'), parameters('Net'));
    assert.deepEqual(parameters('Typed'), []);
    assert.deepEqual(parameters('build'), ['width', 'classes!']);
    assert.deepEqual(parameters('make_model'), []);
  });

  it('have what they set on themselves, what they are derived from included', () => {
    assert.deepEqual([...named('Small').attributes], ['features', 'classifier']);
    assert.deepEqual([...named('Typed').attributes], ['extra', 'features', 'classifier']);
    assert.deepEqual([...named('build').attributes], ['features', 'classifier']);
  });

  it('are found in the cells of a notebook, and not in what is none', () => {
    const cell = (source: unknown, type = 'code') => ({ cell_type: type, source });
    const cells = [
      cell('class Text(nn.Module):', 'markdown'),
      cell(['%matplotlib inline\n', 'class A(nn.Module):\n', '  def __init__(self, n): self.fc = n\n']),
      cell('!pip install x\nclass B(A): pass'),
    ];
    const found = networksIn([
      { file: 'n.ipynb', text: JSON.stringify({ cells }) },
      { file: 'broken.ipynb', text: '{"cells": [' },
      { file: 'broken.py', text: 'class C(nn.Module:\n  def __init__(self, (' },
    ]);
    assert.deepEqual(
      found.slice(0, 2).map(({ name }) => name),
      ['A', 'B'],
    );
    assert.equal(notebookCode('[]'), '');
  });

  it('end where the next thing at the top begins', () => {
    const [first] = definitionsIn(
      'class A(nn.Module):\n  x = 1\n@decorated\nclass B:\n  def __init__(self, n): self.y = 2\n',
    );
    assert.deepEqual([first.parameters, [...first.attributes]], [undefined, []]);
  });

  it('and themselves derived from one another in a circle end', () => {
    assert.deepEqual(networksIn([{ file: 'x.py', text: 'class A(B): pass\nclass B(A): pass\n' }]), []);
  });
});

describe('which network a file’s tensors belong to', () => {
  const tensors = ['features.0.weight', 'features.1.weight', 'classifier.weight', 'classifier.bias'];
  const first = (names: readonly string[]) => rankedFor(networks, names)[0];

  it('is the one that has a place for all, behind the prefixes of wrappers too', () => {
    for (const prefix of ['', 'module.', '_orig_mod.', 'module.model.']) {
      const { name, share } = first(tensors.map((each) => prefix + each));
      assert.deepEqual([name, share], ['Net', 1]);
    }
    assert.equal(first(['conv1.weight']).name, 'Block');
    assert.equal(first(['backbone.x', 'head.y']).share, 0);
    assert.equal(first([]).share, 0);
  });

  it('is evident where no other class has a place for all', () => {
    assert.equal(evident(rankedFor(networks, tensors)), undefined, 'Net and those derived from it');
    assert.equal(evident(rankedFor(networks, [...tensors, 'extra']))?.name, 'Typed');
    assert.equal(evident(rankedFor(networks, ['backbone.x'])), undefined);
  });

  it('takes the arguments that the checkpoint says', () => {
    assert.deepEqual(argumentsFrom(named('Net').parameters, { classes: 5, lr: 0.1, depth: null }), {
      classes: 5,
      depth: null,
    });
    assert.equal(argumentsFrom(named('Net').parameters, { lr: 0.1, constructor: 1 }), undefined);
  });
});

it('the variable of a network in memory is the last one made of a class that is known', () => {
  const text = 'net = Net(3)\nother = Dataset()\nsmall = models.Small(4)\n  inner = Net(1)\n';
  assert.equal(liveVariable(text, networks), 'small');
  assert.equal(liveVariable('x = 3', networks), 'model');
});

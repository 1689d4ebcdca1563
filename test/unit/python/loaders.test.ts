import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadersIn } from '../../../src/python/loaders';

const DATA = `
import torch
from torch.utils.data import DataLoader, Dataset, random_split
from torchvision import datasets, transforms
import pytorch_lightning as pl

class Pictures(Dataset):
    """class Hidden(Dataset): is text."""
    def __init__(self, root, size=32):
        self.root = root

class Labelled(Pictures): pass

class Net(torch.nn.Module):
    def __init__(self): self.fc = 1

def test_set(root="data"): return datasets.MNIST(root, train=False)

def make_loaders(batch_size: int):
    train = DataLoader(Labelled("x"), batch_size=batch_size)
    test_loader = DataLoader(Labelled("y"))
    return train, test_loader

def train_set(root="data"):
    return datasets.CIFAR10(root, train=True)

def annotated(n) -> Dataset:
    return something(n)

def own(): return Labelled("x")

def model(): return Net()

def accuracy(loader): return 1
`;

test('what gives rows is found by what it is derived from, returns or is annotated with, that for training first', () => {
  const found = loadersIn([{ file: '/w/data.py', text: DATA }]);
  assert.deepEqual(
    found.map(({ name, kind, parameters }) => [name, kind, parameters.map((each) => each.name)]),
    [
      ['train_set', 'function', ['root']],
      ['make_loaders', 'function', ['batch_size']],
      ['annotated', 'function', ['n']],
      ['own', 'function', []],
      ['Pictures', 'class', ['root', 'size']],
      ['Labelled', 'class', ['root', 'size']],
      ['test_set', 'function', ['root']],
    ],
  );
  assert.equal(found[1].parameters[0].required, true);
  assert.equal(found[0].parameters[0].required, false);
});

test('notebooks are read, and code without any has none', () => {
  const text = JSON.stringify({
    cells: [{ cell_type: 'code', source: ['def rows():\n', '    return DataLoader(x)\n'] }],
  });
  assert.deepEqual(
    loadersIn([{ file: '/w/a.ipynb', text }]).map(({ name }) => name),
    ['rows'],
  );
  assert.deepEqual(loadersIn([{ file: '/w/a.py', text: 'x = 1\n' }]), []);
});

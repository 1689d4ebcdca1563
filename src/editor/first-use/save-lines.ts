/** Lines of Python that save somebody's data in the form that Landscape reads. */
export interface SaveLines {
  readonly label: string;
  readonly detail: string;
  readonly lines: string;
}

const HEADER = 'import numpy as np\n\n';
const SAVE =
  "np.savez_compressed('data.npz', x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)\n";

/** One way for each form that training data usually have. */
export const SAVE_LINES: readonly SaveLines[] = [
  {
    label: 'Arrays',
    detail: 'x_train, y_train, x_test, y_test as NumPy arrays, as keras.datasets gives them',
    lines: `${HEADER}# What the model is fed: after scaling, before the first layer.\n${SAVE}`,
  },
  {
    label: 'tf.data.Dataset',
    detail: 'train_ds and test_ds, batched, of (inputs, labels)',
    lines:
      `${HEADER}` +
      'def arrays(dataset):\n' +
      '    """The rows of a batched data set that ends, in order."""\n' +
      '    x, y = zip(*((x.numpy(), y.numpy()) for x, y in dataset))\n' +
      '    return np.concatenate(x), np.concatenate(y)\n\n' +
      '# Without .repeat() and augmentation: every row once, as the model is fed it.\n' +
      'x_train, y_train = arrays(train_ds)\n' +
      'x_test, y_test = arrays(test_ds)\n' +
      SAVE,
  },
  {
    label: 'DataLoader',
    detail: 'train_loader and test_loader of PyTorch, of (inputs, labels)',
    lines:
      `${HEADER}import torch\n\n` +
      'def arrays(loader):\n' +
      '    """The rows of a loader, in its order."""\n' +
      '    x, y = zip(*loader)\n' +
      '    return torch.cat(x).numpy(), torch.cat(y).numpy()\n\n' +
      '# Without augmentation: every row once, as the model is fed it.\n' +
      'x_train, y_train = arrays(train_loader)\n' +
      'x_test, y_test = arrays(test_loader)\n' +
      SAVE,
  },
];

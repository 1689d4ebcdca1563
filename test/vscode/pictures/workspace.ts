import { mkdir, mkdtemp, writeFile, copyFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { execute } from '../harness/install';
import { repository, workspaceTemplate } from '../harness/paths';

/** Networks as a person has them: one architecture, trained with a small and a large batch. */
const runs = { 'small-batch': 16, 'large-batch': 512 } as const;

const network = `import keras
from keras import layers


def build(width: int = 48) -> keras.Model:
    """A small classifier of handwritten digits."""
    x = keras.Input((8, 8, 1))
    y = layers.Flatten()(x)
    y = layers.Dense(width, activation="relu", name="hidden_1")(y)
    y = layers.Dense(width, activation="relu", name="hidden_2")(y)
    y = layers.Dense(10, activation="softmax", name="output")(y)
    return keras.Model(x, y)


if __name__ == "__main__":
    model = build()
    model.load_weights("runs/small-batch/epoch-040.keras")
    model.summary()
`;

/** Makes a workspace with trained runs, by the terminal command itself. The same every time. */
export async function makeWorkspace(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'landscape-pictures-'));
  const write = (name: string, text: string) => writeFile(path.join(folder, name), text);
  await mkdir(path.join(folder, 'data'));
  await mkdir(path.join(folder, 'runs'));
  await copyFile(path.join(workspaceTemplate, 'data/digits.npz'), path.join(folder, 'data/digits.npz'));
  await write('network.py', network);
  await write('landscape.json', json({ data: 'data/digits.npz', samples: 'first:1024' }));
  for (const [name, batchSize] of Object.entries(runs)) {
    await write(
      `${name}.run.json`,
      json({
        data: 'data/digits.npz',
        model: { kind: 'mlp', hidden: [48, 48] },
        optimizer: { name: 'adam', learningRate: 0.002 },
        batchSize,
        epochs: 40,
        seed: 1,
        checkpoints: { every: 5 },
      }),
    );
    const train = [
      path.join(repository, 'dist/cli.js'),
      'train',
      `${name}.run.json`,
      '--out',
      `runs/${name}`,
    ];
    await execute(process.execPath, train, folder);
  }
  return folder;
}

const json = (value: unknown) => `${JSON.stringify(value, undefined, 2)}\n`;

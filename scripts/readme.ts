// Writes the lists of what is supported into the pages that have a place for them, from the tables in the code. With
// --check it only compares.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import {
  type Refusal,
  REFUSED_LAYERS,
  REFUSED_OPERATIONS,
} from '../src/formats/checkpoints/keras/layers/refused';
import { knownLayers, knownOperations } from '../src/formats/checkpoints/keras/layers/table';
import { knownOperators } from '../src/formats/checkpoints/onnx/operators/table';
import { FAMILIES } from '../src/formats/checkpoints/torch/families/table';
import { HUGGING_FACE } from '../src/formats/checkpoints/torch/huggingface/table';
import { knownAtenOperators } from '../src/formats/checkpoints/torch/export/operators/table';
import { DATA_FORMATS } from '../src/formats/datasets/formats';
import { LOSSES } from '../src/contract/vocabulary';

const PAGES = ['README.md', 'docs/SUPPORTED.md'];
const place = /(<!-- made by `npm run readme`[^]*?: (\w+) -->)[^]*?(<!-- \/made -->)/g;

/** What is refused for a reason of its own, as a table. */
const refused = (refusals: readonly Refusal[]): string =>
  [
    '| refused | why |',
    '| --- | --- |',
    ...refusals.map(
      ({ names, reason }) =>
        `| ${[...names].sort().join(', ')} | ${reason.replace(/^(which|whose) /, (word) => (word === 'whose ' ? 'its ' : ''))} |`,
    ),
  ].join('\n');

/** Names of code as a list that Markdown leaves alone: two underscores would make `__and__` bold. */
const listed = (names: readonly string[]): string =>
  names.map((name) => (name.startsWith('__') ? `\`${name}\`` : name)).join(', ');

/** What stands in each place, by the name in its mark. */
const parts: Readonly<Record<string, () => string[]>> = {
  files: () => [
    '**Files**: Keras 3 `.keras`; `.h5` and `.hdf5` with a model inside (Keras 2 and 3); TensorFlow.js `model.json`; ONNX `.onnx`; PyTorch `.pt2` by `torch.export` (2.1 or newer); weights alone (`.pt`, `.pth`, `.ckpt`, `.bin`, `.tar`, `.safetensors`, sharded too) of a network that is recognized by their names and shapes, or with its architecture in a `.pt2` or `.onnx`; whole modules that are `torch.nn.Sequential`s; `.weights.h5` of Keras 2 and 3 with the architecture in a `.keras`, `.h5` or what `model.to_json()` wrote; `.npz` of weights with either.',
    '**Data**:',
    DATA_FORMATS.flatMap(({ what }) => (what === '' ? [] : [`- ${what}`])).join('\n'),
  ],
  lists: () => [
    '## Networks recognized by their weights',
    `${FAMILIES.map(({ name }) => name).join('; ')}; with any number of classes or channels, and with stems for small images. What no tensor says (strides, pools, activations) is the family's; where several networks have the same tensors the loss on the data decides, and a note says so.`,
    `**Folders of Hugging Face's transformers** (\`config.json\` beside \`model.safetensors\` or \`pytorch_model.bin\`, sharded too): ${HUGGING_FACE.flatMap(({ types }) => types).join(', ')}; classification and language modelling, of T5 the encoder.`,
    '## Layers of Keras',
    `${listed(knownLayers())}.`,
    'Operations of `keras.ops` in Functional graphs:',
    `${listed(knownOperations())}.`,
    '## Operators of ONNX',
    `${listed(knownOperators())}; functions defined in the file.`,
    '## Operators of PyTorch',
    `In programs of \`torch.export\`: ${listed(knownAtenOperators())}, in place and through views too.`,
    '## Losses',
    `${listed(LOSSES)}; the one compiled into the checkpoint if none is given.`,
    '## Refused, and why',
    refused([
      ...REFUSED_LAYERS,
      ...REFUSED_OPERATIONS.map((refusal) => ({
        ...refusal,
        names: refusal.names.map((name) => `ops.${name}`),
      })),
    ]),
  ],
};

/** A page with every place filled anew. */
async function written(file: string, current: string): Promise<string> {
  const filled = current.replace(
    place,
    (_, open: string, name: string, close: string) => `${open}\n\n${parts[name]().join('\n\n')}\n\n${close}`,
  );
  return format(filled, { ...(await resolveConfig(file)), parser: 'markdown' });
}

async function main(): Promise<void> {
  const filled: string[] = [];
  for (const page of PAGES) {
    const file = path.join(__dirname, '..', page);
    const current = readFileSync(file, 'utf8');
    filled.push(...[...current.matchAll(place)].map(([, , name]) => name));
    const wanted = await written(file, current);
    if (!process.argv.includes('--check')) writeFileSync(file, wanted);
    else if (wanted !== current) {
      console.error(`${page} does not list what the code supports: run \`npm run readme\`.`);
      process.exitCode = 1;
    }
  }
  const misplaced = Object.keys(parts).filter(
    (name) => filled.filter((other) => other === name).length !== 1,
  );
  if (misplaced.length > 0) {
    console.error(`Not in one place of ${PAGES.join(' and ')}: ${misplaced.join(', ')}.`);
    process.exitCode = 1;
  }
}

void main();

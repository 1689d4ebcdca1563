// Writes the list of what is supported into README.md, from the tables in the code. With --check it only compares.
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

const file = path.join(__dirname, '..', 'README.md');
const section = /(<!-- layers:.*?-->)[^]*?(<!-- \/layers -->)/;

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

function supported(): string {
  return [
    '**Files**: Keras 3 `.keras`; `.h5` and `.hdf5` with a model inside (Keras 2 and 3); TensorFlow.js `model.json`; ONNX `.onnx`; PyTorch `.pt2` by `torch.export` (2.3 or newer); weights alone (`.pt`, `.pth`, `.ckpt`, `.bin`, `.tar`, `.safetensors`, sharded too) of a network that is recognized by their names and shapes, or with its architecture in a `.pt2` or `.onnx`; `.weights.h5` of Keras 2 and 3 with the architecture in a `.keras`, `.h5` or what `model.to_json()` wrote; `.npz` of weights with either.',
    `**Recognized networks**: ${FAMILIES.map(({ name }) => name).join('; ')}; with any number of classes or channels, and with stems for small images. What no tensor says (strides, pools, activations) is the family's; where several networks have the same tensors the loss on the data decides, and a note says so. **Folders of Hugging Face's transformers** (\`config.json\` beside \`model.safetensors\` or \`pytorch_model.bin\`, sharded too): ${HUGGING_FACE.flatMap(({ types }) => types).join(', ')}; classification and language modelling, of T5 the encoder.`,
    `**Layers**: ${knownLayers().join(', ')}.`,
    `**Operations of \`keras.ops\` in Functional graphs**: ${knownOperations().join(', ')}.`,
    `**ONNX operators**: ${knownOperators().join(', ')}; functions defined in the file.`,
    `**PyTorch's operators** in programs of \`torch.export\`: ${knownAtenOperators().join(', ')}, in place and through views too.`,
    `**Losses**: ${LOSSES.join(', ')}; the one compiled into the checkpoint if none is given.`,
    '**Data**:',
    DATA_FORMATS.flatMap(({ what }) => (what === '' ? [] : [`- ${what}`])).join('\n'),
    'Refused by name, each with its reason:',
    refused([
      ...REFUSED_LAYERS,
      ...REFUSED_OPERATIONS.map((refusal) => ({
        ...refusal,
        names: refusal.names.map((name) => `ops.${name}`),
      })),
    ]),
  ].join('\n\n');
}

async function main(): Promise<void> {
  const current = readFileSync(file, 'utf8');
  const written = current.replace(
    section,
    (_, open: string, close: string) => `${open}\n\n${supported()}\n\n${close}`,
  );
  const wanted = await format(written, { ...(await resolveConfig(file)), parser: 'markdown' });
  if (!process.argv.includes('--check')) writeFileSync(file, wanted);
  else if (wanted !== current) {
    console.error('README.md does not list what the code supports: run `npm run readme`.');
    process.exitCode = 1;
  }
}

void main();

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { random } from '../../src/core/random';
import { formatCount, withError } from '../../src/wording/format-number';
import { safetensorsOf } from '../support/safetensors';
import { descendants, rssOf } from './processes';

interface HugePlan {
  readonly root: string;
  /** Where the network is kept: half a gigabyte. */
  readonly cache: string;
  say(text: string): void;
}

/** GPT-2 small (Radford et al. 2019), and the windows that it is measured on. */
const WIDTH = 768;
const BLOCKS = 12;
const HEADS = 12;
const WORDS = 50_257;
const POSITIONS = 1024;
const WINDOW = 128;
const ROWS = 8;

/** A network of 124 million parameters by the whole command: the most that all processes held together, and the eigenvalue. */
export async function hugeSection({ root, cache, say }: HugePlan): Promise<string> {
  const folder = join(cache, 'gpt2-small');
  if (!existsSync(join(folder, 'config.json'))) writeGpt2(folder);
  say('huge: GPT-2 small, which takes a quarter of an hour');
  const report = join(cache, 'gpt2-small.json');
  const asked = ['--window', WINDOW, '--top', 1, '--samples', `first:${ROWS}`, '--layers', 'off'];
  const without = ['--no-density', '--no-trace', '--no-slices', '--json', report];
  const child = spawn(
    process.execPath,
    [
      ...[join(root, 'dist/cli.js'), 'analyze', folder, '--data', join(folder, 'tokens.bin')],
      ...asked.map(String),
      ...without,
    ],
    { stdio: 'ignore' },
  );
  let most = 0;
  const watch = setInterval(() => {
    const held = [child.pid!, ...descendants(child.pid!)].map(rssOf);
    most = Math.max(
      most,
      held.reduce((sum, bytes) => sum + bytes, 0),
    );
  }, 50);
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  clearInterval(watch);
  if (code !== 0) return `## Huge networks\n\nThe analysis of GPT-2 small failed with exit code ${code}.`;
  const { cost, spectrum, parameters } = JSON.parse(readFileSync(report, 'utf8')) as {
    readonly cost: { readonly hvps: number; readonly seconds: number };
    readonly spectrum: {
      readonly largest: readonly { readonly value: number; readonly errorBound: number }[];
    };
    readonly parameters: number;
  };
  const [{ value, errorBound }] = spectrum.largest;
  return [
    '## Huge networks',
    `GPT-2 small with random weights, ${formatCount(parameters)} parameters, ${ROWS} rows of ${WINDOW} tokens, as a whole command (the largest eigenvalue, ${withError(value, errorBound)}, with gradient and checks): ${cost.hvps} products in ${cost.seconds.toFixed(0)} s, and all processes together held ${(most / 1e9).toFixed(1)} GB at their peak.`,
  ].join('\n\n');
}

/** A folder of transformers with GPT-2 small, its weights drawn as they are at the start of its training, and tokens. */
function writeGpt2(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const stream = random(7);
  const tensors = new Map<string, { shape: readonly number[]; data: Float32Array }>();
  const put = (name: string, shape: readonly number[], draw: () => number) => {
    const length = shape.reduce((product, extent) => product * extent, 1);
    tensors.set(`transformer.${name}`, { shape, data: Float32Array.from({ length }, draw) });
  };
  const layer = (name: string, inputs: number, outputs: number) => {
    put(`${name}.weight`, [inputs, outputs], () => 0.02 * stream.normal());
    put(`${name}.bias`, [outputs], () => 0);
  };
  const norm = (name: string) => {
    put(`${name}.weight`, [WIDTH], () => 1);
    put(`${name}.bias`, [WIDTH], () => 0);
  };
  put('wte.weight', [WORDS, WIDTH], () => 0.02 * stream.normal());
  put('wpe.weight', [POSITIONS, WIDTH], () => 0.02 * stream.normal());
  for (let block = 0; block < BLOCKS; block++) {
    norm(`h.${block}.ln_1`);
    layer(`h.${block}.attn.c_attn`, WIDTH, 3 * WIDTH);
    layer(`h.${block}.attn.c_proj`, WIDTH, WIDTH);
    norm(`h.${block}.ln_2`);
    layer(`h.${block}.mlp.c_fc`, WIDTH, 4 * WIDTH);
    layer(`h.${block}.mlp.c_proj`, 4 * WIDTH, WIDTH);
  }
  norm('ln_f');
  writeFileSync(join(folder, 'model.safetensors'), safetensorsOf({ tensors }));
  // Words are about as frequent as in texts (Zipf), which makes logits and embeddings as uneven as theirs.
  const tokens = Uint16Array.from({ length: 2 * ROWS * WINDOW + 1 }, () =>
    Math.floor(WORDS ** stream.uniform()),
  );
  writeFileSync(join(folder, 'tokens.bin'), new Uint8Array(tokens.buffer));
  writeFileSync(
    join(folder, 'config.json'),
    JSON.stringify({
      ...{ model_type: 'gpt2', architectures: ['GPT2LMHeadModel'], activation_function: 'gelu_new' },
      ...{ n_embd: WIDTH, n_layer: BLOCKS, n_head: HEADS, vocab_size: WORDS, n_positions: POSITIONS },
    }),
  );
}

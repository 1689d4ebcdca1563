import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openCheckpoint } from '../../../src/formats/checkpoints/open';
import { openModel } from '../../../src/formats/model';
import { analyze } from '../../../src/jobs/analyze/analyze';
import { UserError } from '../../../src/core/errors';
import { analyzeRequestSchema } from '../../../src/contract/settings';
import { recordingContext } from '../../support/job-context';
import { corpus, corpusJson } from './corpus';

// Weights alone as people save them, read without PyTorch; PyTorch 2.15 wrote them and says what they hold.

interface Expected {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly sum: number;
}
interface References {
  readonly cnn: { loss: number; gradientNorm: number; largest: readonly number[]; parameters: number };
  readonly tensors: Readonly<Record<string, Readonly<Record<string, Expected>>>>;
}

const references = corpusJson<References>('torch/weights/references.json');
const file = (name: string) => corpus('torch/weights', name);

/** What each file holds, under which wrapper's names. */
const FILES: readonly (readonly [name: string, tensors: keyof References['tensors']])[] = [
  ['plain.pt', 'cnn'],
  ['plain-protocol5.pt', 'cnn'],
  ['legacy.pth', 'cnn'],
  ['legacy-training.tar', 'cnn'],
  ['nested-model.pt', 'cnn'],
  ['nested-net.t7', 'cnn'],
  ['nested-numpy.pt', 'cnn'],
  ['compiled.pt', 'cnn'],
  ['compiled-ddp.pt', 'cnn'],
  ['ema-averaged.pt', 'cnn-ema'],
  ['ema-timm.pth.tar', 'cnn'],
  ['fp16.pt', 'cnn-fp16'],
  ['flat-views.pt', 'cnn'],
  ['strided.pt', 'cnn'],
  ['parameters.pt', 'cnn'],
  ['module.pt', 'cnn'],
  ['module-nested.pt', 'cnn'],
  ['traced.pt', 'cnn'],
  ['old-zip.pt', 'cnn'],
  ['deflated.pt', 'cnn'],
  ['model.safetensors', 'cnn'],
  ['sharded/model.safetensors.index.json', 'cnn'],
  ['nanogpt.pt', 'lm'],
  ['tied-cloned.pt', 'lm'],
  ['tied-dropped.safetensors', 'lm'],
];

for (const [name, tensors] of FILES)
  test(`${name} holds the tensors that PyTorch says`, async () => {
    const { checkpoint } = await openCheckpoint(file(name));
    assert.equal(checkpoint.format, 'torch-weights');
    const found = new Map(
      [...checkpoint.tensors].map(([path, tensor]) => [
        path.replaceAll('_orig_mod.', '').replace(/^module\./, ''),
        tensor,
      ]),
    );
    for (const [path, { shape, sum }] of Object.entries(references.tensors[tensors])) {
      const tensor = found.get(path);
      assert.ok(tensor, `${path} is missing`);
      assert.deepEqual(tensor.shape, shape);
      const total = Float64Array.from(tensor.data).reduce((all, value) => all + value, 0);
      assert.ok(
        Math.abs(total - sum) <= 1e-5 * Math.max(1, Math.abs(sum)),
        `${path} adds up to ${total}, not ${sum}`,
      );
    }
  });

const figures = (name: string, more: object = {}) =>
  analyze(
    analyzeRequestSchema.parse({
      checkpoint: file(name),
      model: file('cnn.pt2'),
      data: file('cnn-data.npz'),
      top: 2,
      layers: 'off',
      density: false,
      trace: false,
      slices: false,
      ...more,
    }),
    recordingContext(),
  );

for (const [name, more] of [
  ['plain.pt', {}],
  ['compiled-ddp.pt', {}],
  ['module.pt', {}],
  ['model.safetensors', {}],
  ['deep.pt', { weights: 'state.models.student' }],
] as const)
  test(`${name} in the architecture of another file has the figures of PyTorch`, async () => {
    const { loss, gradientNorm, largest, parameters } = references.cnn;
    const report = await figures(name, more);
    const close = (actual: number | undefined, expected: number) =>
      assert.ok(
        actual !== undefined && Math.abs(actual - expected) <= 5e-5 * expected,
        `${actual}, not ${expected}`,
      );
    assert.equal(report.checkpoint.parameters, parameters);
    close(report.loss?.train.loss.value, loss);
    close(report.gradientNorm?.value, gradientNorm);
    close(report.spectrum.largest[0].value, largest[0]);
    close(report.spectrum.largest[1].value, largest[1]);
  });

const refusals: readonly (readonly [name: string, sentence: RegExp])[] = [
  [
    'hostile.pt',
    /names posix\.system in its pickle, which runs code when it is loaded in Python: it is not opened/,
  ],
  ['hostile-eval-legacy.pth', /names __builtin__\.eval in its pickle/],
  ['quantized-tensors.pt', /tensor "a" is quantized, and has no exact gradient/],
  ['sparse.pt', /tensor "a" is sparse/],
  ['optimizer-only.pt', /holds an optimizer's state and no weights/],
  ['list.pt', /holds no tensors by name: save model\.state_dict\(\)/],
  [
    'deep.pt',
    /2 sets of weights \("state\.models\.student", "state\.models\.teacher"\): say which by "weights"/,
  ],
];

const refused = async (action: Promise<unknown>, sentence: RegExp) =>
  assert.rejects(action, (error) => {
    assert.ok(error instanceof UserError, String(error));
    assert.match(error.message, sentence);
    return true;
  });

for (const [name, sentence] of refusals)
  test(`${name} is refused with one sentence`, () => refused(openCheckpoint(file(name)), sentence));

test('weights without their network say how to come by it', () =>
  refused(openModel(file('plain.pt')), /torch\.export\.save.*--model/));

test('weights of another network are refused by the first tensor that does not fit', () =>
  refused(
    openModel(file('nanogpt.pt'), undefined, undefined, { model: file('cnn.pt2') }),
    /does not belong to the architecture in .*cnn\.pt2: it lacks "features\.0\.weight" \(8 x 3 x 3 x 3\)/,
  ));

test('eight-bit floats are named', () =>
  refused(
    openModel(file('fp8.pt'), undefined, undefined, { model: file('cnn.pt2') }),
    /tensor "features\.0\.weight" holds float8_e4m3fn/,
  ));

const folder = mkdtempSync(join(tmpdir(), 'landscape-weights-'));
after(() => rmSync(folder, { recursive: true }));

/** A safetensors file with this header over `size` bytes. */
function safetensors(header: string, size: number): string {
  const bytes = Buffer.alloc(8 + header.length + size);
  bytes.writeBigUInt64LE(BigInt(header.length));
  bytes.write(header, 8);
  const path = join(folder, 'model.safetensors');
  writeFileSync(path, bytes);
  return path;
}

const place = (from: number, to: number) =>
  `{"dtype":"F32","shape":[${(to - from) / 4}],"data_offsets":[${from},${to}]}`;

for (const [what, header, size, sentence] of [
  [
    'a hole',
    `{"a":${place(0, 4)},"b":${place(8, 12)}}`,
    12,
    /"b" does not begin where the tensor before it ends/,
  ],
  ['an overlap', `{"a":${place(0, 8)},"b":${place(4, 12)}}`, 12, /"b" does not begin where/],
  ['a repeated name', `{"a":${place(0, 4)},"a":${place(4, 8)}}`, 8, /names "a" twice/],
  ['bytes behind its tensors', `{"a":${place(0, 4)}}`, 12, /its tensors have 4 bytes, and the file 12/],
  [
    'a shape that does not fit',
    '{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}',
    8,
    /"a" has 8 bytes where its shape asks for 12/,
  ],
] as const)
  test(`safetensors with ${what}`, () => refused(openCheckpoint(safetensors(header, size)), sentence));

/** A pickle in the legacy container's first place: read, and never run. */
const pickled = async (program: string): Promise<void> => {
  const magic = [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e];
  const path = join(folder, 'hostile.pth');
  const rest = Buffer.from(`\x80\x02M\xe9\x03.\x80\x02}.${program}`, 'latin1');
  writeFileSync(path, Buffer.concat([Buffer.from(magic), rest]));
  await openCheckpoint(path);
};

for (const [what, program, sentence] of [
  ['os.system by its module', 'cos\nsystem\n(S"true"\ntR.', /names os\.system/],
  [
    'subprocess by a stack of names',
    '\x80\x04\x8c\x0asubprocess\x8c\x05Popen\x93.',
    /names subprocess\.Popen/,
  ],
  [
    'eval behind a dotted name',
    '\x80\x04\x8c\x05torch\x8c\x13serialization.os.systemX\x00\x00\x00\x00.',
    /ends early|does not fit|names/,
  ],
  ['an old instance', '(ios\nsystem\n.', /names os\.system/],
  ['an extension code', '\x82\x01.', /an extension code/],
  ['a memo that was never filled', 'h\x05.', /does not fit together/],
  ['a string longer than the file', 'X\xff\xff\xff\x7f.', /ends early/],
  ['no end', ']]]]', /ends early/],
] as const)
  test(`a pickle with ${what} is refused`, () => refused(pickled(program), sentence));

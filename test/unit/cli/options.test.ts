import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Command } from 'commander';
import { type CliOptions, layerFor, withMeasuringOptions } from '../../../src/cli/options';
import { ANALYSIS_SETTINGS, ANALYSIS_SETTING_NAMES } from '../../../src/contract/analysis-settings';
import { USUAL_SCALINGS } from '../../../src/contract/usual-scalings';
import { analyzeRequestSchema, inputSchema, settingsSchema } from '../../../src/contract/settings';
import { temporaryFolder } from '../../support/corpus';

const parsed = (...words: string[]) =>
  withMeasuringOptions(new Command()).exitOverride().parse(words, { from: 'user' }).opts<CliOptions>();

const layerOf = async (...words: string[]) =>
  JSON.parse(JSON.stringify(await layerFor(join(temporaryFolder(), 'a.keras'), parsed(...words)))) as unknown;

test('every setting of an analysis is an option, a key of landscape.json and of the request', () => {
  const flags = withMeasuringOptions(new Command()).options.map(({ long }) => long);
  const request: Record<string, unknown> = analyzeRequestSchema.parse({ checkpoint: '/c', data: '/d' });
  for (const name of ANALYSIS_SETTING_NAMES) {
    const { default: value } = ANALYSIS_SETTINGS[name];
    assert.ok(flags.includes(value === true ? `--no-${name}` : `--${name}`), name);
    assert.equal(request[name], value, name);
    assert.ok(name in settingsSchema.shape, name);
    assert.ok(settingsSchema.shape[name].safeParse(value).success, name);
  }
});

test('how inputs go in is said by the words of landscape.json, or by a usual way in their place', async () => {
  assert.deepEqual(await layerOf('--input-scale', '1/255', '--input-layout', 'NCHW'), {
    input: { scale: 1 / 255, layout: 'NCHW' },
  });
  assert.deepEqual(await layerOf('--normalize', 'mnist', '--input-std', '.5'), {
    input: { scale: 1 / 255, mean: [0.1307], std: [0.5] },
  });
  assert.throws(() => parsed('--input-mean', '1,two'), /Give a number, or a fraction such as 1\/255\./);
  assert.throws(() => parsed('--input-scale', '1/0'), /Give a number/);
  // Over a settings file: the usual way takes the place of scale, mean and deviation, and leaves the rest.
  const folder = temporaryFolder();
  const file = { input: { scale: '1/255', mean: [0.5], std: [0.5], layout: 'NHWC' } };
  writeFileSync(join(folder, 'landscape.json'), JSON.stringify(file));
  const over = async (...words: string[]) => (await layerFor(join(folder, 'a.pth'), parsed(...words))).input;
  assert.deepEqual(await over('--normalize', 'none'), { scale: 1, layout: 'NHWC' });
  assert.deepEqual(await over('--input-scale', '2'), { scale: 2, mean: [0.5], std: [0.5], layout: 'NHWC' });
  assert.deepEqual(await over(), { scale: 1 / 255, mean: [0.5], std: [0.5], layout: 'NHWC' });
  // Every usual way is one that landscape.json takes.
  for (const { input } of USUAL_SCALINGS) assert.ok(inputSchema.safeParse(input).success);
});

test('options say what was given and nothing else', async () => {
  assert.deepEqual(await layerOf(), {});
  assert.deepEqual(
    await layerOf(
      '--top',
      '3',
      '--no-trace',
      '--operators',
      '--layers',
      'full',
      '--measures',
      'trace',
      'pac-bayes',
    ),
    { top: 3, trace: false, operators: true, layers: 'full', measures: ['trace', 'pac-bayes'] },
  );
  assert.deepEqual(await layerOf('--measures'), { measures: true });
});

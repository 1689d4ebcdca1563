import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { Command } from 'commander';
import { type CliOptions, layerFor, withMeasuringOptions } from '../../../src/cli/options';
import { ANALYSIS_SETTINGS, ANALYSIS_SETTING_NAMES } from '../../../src/contract/analysis-settings';
import { analyzeRequestSchema, settingsSchema } from '../../../src/contract/settings';
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

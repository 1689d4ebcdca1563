import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { History } from '../../../src/contract/history';
import type { Report } from '../../../src/contract/report';
import { howMeasured } from '../../../src/wording/how-measured';
import { corpus, temporaryFolder } from '../../support/corpus';
import { primitiveCases } from '../../support/primitive-cases';
import { type Device, softwareDevice } from '../../support/swiftshader';
import type { Checked } from '../../support/webgpu-suite';
import { CLI, QUICK, familyOf, start } from '../cli/terminal';

const SUITE = path.resolve('test/support/webgpu-suite.ts');
const names = [...Object.keys(primitiveCases), 'perceptron', 'convolutional'];

let device: Device;
const checks = new Map<string, Checked>();

/** What a process that begins with the device in its environment prints. */
async function printed(...args: readonly string[]): Promise<string> {
  assert.ok('env' in device);
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...device.env, NODE_TEST_CONTEXT: undefined },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return text(child.stdout);
}

/** The report of a network, by a backend. */
async function reportBy(backend: string): Promise<Report> {
  const files = [corpus('keras', 'mlp-digits.keras'), '--data', corpus('data', 'digits.npz')];
  return JSON.parse(
    await printed(CLI, 'analyze', ...files, ...QUICK, '--backend', backend, '--json', '-'),
  ) as Report;
}

describe('WebGPU on a software device', () => {
  before(async () => {
    device = await softwareDevice();
    if ('missing' in device) return;
    const lines = (await printed('--import', 'tsx', SUITE))
      .split('\n')
      .filter((line) => line.startsWith('{'));
    for (const checked of lines.map((line) => JSON.parse(line) as Checked)) checks.set(checked.name, checked);
  });

  for (const name of names)
    test(`${name}: as the reference, with its derivatives`, (t) => {
      if ('missing' in device) return t.skip(device.missing);
      assert.ok(checks.has(name), 'it was not tried');
      assert.equal(checks.get(name)?.error, undefined);
    });

  test('the operators that we count are those that ran on the device, by the runtime’s own profile', (t) => {
    if ('missing' in device) return t.skip(device.missing);
    assert.ok(checks.has('placement'), 'it was not tried');
    assert.equal(checks.get('placement')?.error, undefined);
  });

  test('a network has the figures that it has on the processor', async (t) => {
    if ('missing' in device) return t.skip(device.missing);
    const [here, there] = [await reportBy('onnxruntime'), await reportBy('webgpu')];
    assert.equal(there.settings.backend, 'webgpu');
    assert.ok(there.settings.device!.nodes > 50);
    assert.equal(there.settings.device?.onProcessor, 0);
    assert.match(howMeasured(there).join(), /webgpu on vk_swiftshader_icd, all [\d,]+ operators there/);
    assert.equal(here.settings.device, undefined);
    const [a, b] = [here, there].map(({ spectrum }) => spectrum.largest[0]);
    assert.ok(Math.abs(a.value - b.value) <= 2 * a.errorBound, `${a.value} and ${b.value}`);
    const [g, h] = [here, there].map(({ gradientNorm }) => gradientNorm!.value);
    assert.ok(Math.abs(g - h) <= 1e-5 * g, `${g} and ${h}`);
    assert.ok(there.checks.every(({ passed }) => passed));
  });

  test('a run whose process on the device ends goes on on the processor', async (t) => {
    if ('missing' in device) return t.skip(device.missing);
    const folder = temporaryFolder();
    const file = path.join(folder, 'digits.run.json');
    const run = {
      ...{ data: corpus('data/digits.npz'), model: { kind: 'mlp', hidden: [8] } },
      ...{ optimizer: { name: 'sgd' }, batchSize: 64, epochs: 40, backend: 'webgpu' },
    };
    writeFileSync(file, JSON.stringify(run));
    const running = start(['train', file], folder, device.env);
    t.after(() => running.child.kill('SIGKILL'));
    const out = path.join(folder, 'digits');
    while (!existsSync(path.join(out, 'epoch-002.keras'))) {
      assert.equal(running.child.exitCode, null, 'the run has ended already');
      await sleep(20);
    }
    const { lanes } = await familyOf(running);
    for (const lane of lanes) process.kill(lane, 'SIGKILL');
    const { code, stderr } = await running.ended;
    assert.equal(code, 0, stderr);
    const { status, epochs, notes } = JSON.parse(
      readFileSync(path.join(out, 'history.json'), 'utf8'),
    ) as History;
    assert.deepEqual([status, epochs.at(-1)?.epoch], ['complete', 40]);
    assert.ok(notes.some((note) => note.startsWith('The process on the graphics processor ended')));
  });
});

test('without a device the command says what it takes', { skip: process.platform !== 'linux' }, () => {
  const { status, stderr } = spawnSync(
    process.execPath,
    [
      CLI,
      'analyze',
      corpus('keras', 'mlp-digits.keras'),
      '--data',
      corpus('data', 'digits.npz'),
      '--backend',
      'webgpu',
    ],
    { encoding: 'utf8', env: { ...process.env, VK_DRIVER_FILES: '/nowhere', VK_ICD_FILENAMES: '/nowhere' } },
  );
  assert.equal(status, 2);
  assert.match(stderr, /WebGPU finds no graphics processor here: it takes Vulkan on Linux/);
});

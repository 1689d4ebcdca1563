import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { type GraphicsSystem, graphicsName } from '../../../src/machine/graphics';

const bare: GraphicsSystem = {
  platform: 'linux',
  environment: {},
  root: '/nowhere',
  processor: () => 'a processor',
  registry: () => Promise.reject(new Error('no registry')),
};

async function systemWith(files: Readonly<Record<string, string>>): Promise<GraphicsSystem> {
  const root = await mkdtemp(path.join(tmpdir(), 'graphics-'));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(root, name)), { recursive: true });
    await writeFile(path.join(root, name), text);
  }
  return { ...bare, root };
}

test('a machine without a graphics processor names none', async () => {
  assert.equal(await graphicsName(bare), undefined);
  assert.equal(await graphicsName({ ...bare, platform: 'win32' }), undefined);
  assert.equal(
    await graphicsName({ ...bare, platform: 'darwin', processor: () => 'Intel(R) Core(TM) i7' }),
    undefined,
  );
});

test('cards of Linux are named by their makers, consoles of servers are none', async () => {
  const system = await systemWith({
    'sys/class/drm/card0/device/vendor': '0x1a03\n',
    'sys/class/drm/card0/device/device': '0x2000\n',
    'sys/class/drm/card1/device/vendor': '0x1002\n',
    'sys/class/drm/card1/device/device': '0x744c\n',
    'sys/class/drm/card1-HDMI-A-1/status': 'connected\n',
  });
  assert.equal(await graphicsName(system), 'AMD 0x744c');
  const named = { ...system, environment: { VK_DRIVER_FILES: '/a/vk_swiftshader_icd.json' } };
  assert.equal(await graphicsName(named), 'vk_swiftshader_icd');
  await rm(system.root, { recursive: true });
});

test("NVIDIA's driver says the model, of equal cards once", async () => {
  const model = 'Model: \t\t NVIDIA H200\nIRQ:   \t\t 42\n';
  const system = await systemWith({
    'proc/driver/nvidia/gpus/0000:01:00.0/information': model,
    'proc/driver/nvidia/gpus/0000:02:00.0/information': model,
  });
  assert.equal(await graphicsName(system), 'NVIDIA H200');
  await rm(system.root, { recursive: true });
});

test('Windows names its adapters in the registry, Apple its processor', async () => {
  const registry = () =>
    Promise.resolve(
      'HKEY_LOCAL_MACHINE\\0000\r\n    DriverDesc    REG_SZ    AMD Radeon RX 7900\r\n\r\nHKEY_LOCAL_MACHINE\\0001\r\n    DriverDesc    REG_SZ    Microsoft Basic Display Adapter\r\n',
    );
  assert.equal(await graphicsName({ ...bare, platform: 'win32', registry }), 'AMD Radeon RX 7900');
  assert.equal(
    await graphicsName({ ...bare, platform: 'darwin', processor: () => 'Apple M2 Pro' }),
    'Apple M2 Pro',
  );
});

import { execFile } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import { cpus } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

/** Who makes graphics processors that compute, by PCI's numbers; servers have others that only show a console. */
const MAKERS: Readonly<Record<string, string>> = {
  '0x1002': 'AMD',
  '0x10de': 'NVIDIA',
  '0x8086': 'Intel',
  '0x5143': 'Qualcomm',
};

/** Where Windows keeps its display adapters. */
const ADAPTERS = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Class\\{4d36e968-e325-11ce-bfc1-08002be10318}';

/** What is asked of the system; tests have one of their own. */
export interface GraphicsSystem {
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What lies before `/sys` and `/proc`. */
  readonly root: string;
  /** The processor's name: Apple's have the graphics processor in them. */
  readonly processor: () => string | undefined;
  /** The display adapters in Windows' registry, as `reg query` prints them. */
  readonly registry: () => Promise<string>;
}

const thisSystem: GraphicsSystem = {
  platform: process.platform,
  environment: process.env,
  root: '/',
  processor: () => cpus()[0]?.model,
  registry: async () => {
    const asked = ['query', ADAPTERS, '/s', '/v', 'DriverDesc'];
    const { stdout } = await promisify(execFile)('reg.exe', asked, { timeout: 5000, windowsHide: true });
    return stdout;
  },
};

/**
 * The graphics processors that the system has a driver for, as it names them; undefined where it names none. No library is
 * loaded for it, so that it costs nothing where there is none.
 */
export async function graphicsName(system: GraphicsSystem = thisSystem): Promise<string | undefined> {
  const names = await namesIn(system).catch((): string[] => []);
  return names.length > 0 ? [...new Set(names)].sort().join(' and ') : undefined;
}

async function namesIn({
  platform,
  environment,
  root,
  processor,
  registry,
}: GraphicsSystem): Promise<string[]> {
  if (platform === 'darwin') return [processor()].flatMap((name) => (name?.startsWith('Apple') ? name : []));
  if (platform === 'win32') {
    const described = [...(await registry()).matchAll(/DriverDesc\s+REG_SZ\s+(.+)/g)];
    return described.map(([, name]) => name.trim()).filter((name) => !/^Microsoft|Remote|Virtual/.test(name));
  }
  // Whoever names Vulkan's drivers has chosen the device.
  const drivers = environment['VK_DRIVER_FILES'] ?? environment['VK_ICD_FILENAMES'];
  if (drivers) return drivers.split(':').map((file) => path.basename(file, '.json'));
  const ofNvidia = await namesOfNvidia(path.join(root, 'proc/driver/nvidia/gpus'));
  return ofNvidia.length > 0 ? ofNvidia : namesOfCards(path.join(root, 'sys/class/drm'));
}

/** What NVIDIA's driver says of its cards. */
async function namesOfNvidia(folder: string): Promise<string[]> {
  const cards = await readdir(folder).catch((): string[] => []);
  const texts = await Promise.all(
    cards.map((card) => readFile(path.join(folder, card, 'information'), 'utf8')),
  );
  return texts.flatMap((text) => /^Model:\s*(.+)$/m.exec(text)?.[1].trim() ?? []);
}

/** The cards of the kernel's drivers by maker and number. */
async function namesOfCards(folder: string): Promise<string[]> {
  const cards = (await readdir(folder).catch((): string[] => [])).filter((name) => /^card\d+$/.test(name));
  const names = cards.map(async (card) => {
    const [vendor, device] = await Promise.all(
      ['vendor', 'device'].map((file) =>
        readFile(path.join(folder, card, 'device', file), 'utf8').catch(() => ''),
      ),
    );
    const maker = MAKERS[vendor.trim()];
    return maker === undefined ? [] : [`${maker} ${device.trim()}`];
  });
  return (await Promise.all(names)).flat();
}

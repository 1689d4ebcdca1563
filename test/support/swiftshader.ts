import path from 'node:path';
import { messageOf } from '../../src/core/errors';
import { install } from '../vscode/harness/install';

/** What a process needs in its environment for WebGPU to find a device, or why there is none to be had. */
export type Device = { readonly env: Readonly<Record<string, string>> } | { readonly missing: string };

/** SwiftShader, the software Vulkan that comes with the browser of the tests in VS Code: no graphics processor needed. */
export async function softwareDevice(): Promise<Device> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return { missing: 'the browser that has SwiftShader is one for Linux on x64' };
  try {
    const folder = path.dirname((await install()).chromium);
    const driver = path.join(folder, 'vk_swiftshader_icd.json');
    return { env: { LD_LIBRARY_PATH: folder, VK_ICD_FILENAMES: driver, VK_DRIVER_FILES: driver } };
  } catch (error) {
    // On the build server the browser must come.
    if (process.env['CI']) throw error;
    return { missing: messageOf(error) };
  }
}

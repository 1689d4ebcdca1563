import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** PyTorch's own index has builds without CUDA; PyPI's need the CUDA libraries, 3 GB of them, even to load. */
const CPU_INDEX = 'https://download.pytorch.org/whl/cpu';

/** The Python with the peers, or one sentence on why there is none. */
export type PeerPython = { readonly python: string } | { readonly reason: string };

const run = (command: string, args: readonly string[]) =>
  spawnSync(command, args, { encoding: 'utf8', maxBuffer: 2 ** 28 });

/** Builds the Python environment in `folder` unless it stands there already, as `requirements` asks. */
export function peerPython(folder: string, requirements: string, say: (text: string) => void): PeerPython {
  const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  const stamp = join(folder, 'stamp');
  const wanted = createHash('sha256').update(readFileSync(requirements)).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return { python };
  const base = ['python3', 'python'].find((name) => {
    const { status, stdout } = run(name, ['-c', 'import sys, venv; print(sys.version_info >= (3, 10))']);
    return status === 0 && stdout.trim() === 'True';
  });
  if (!base) return { reason: 'there is no Python 3.10 or later with its venv module on the PATH' };
  say(`Building the Python environment in ${folder} (once; up to 3 GB to download)...`);
  rmSync(folder, { recursive: true, force: true });
  if (run(base, ['-m', 'venv', folder]).status !== 0)
    return { reason: `${base} -m venv ${folder} failed: is the venv package installed?` };
  const torch = readFileSync(requirements, 'utf8')
    .split('\n')
    .find((line) => line.startsWith('torch'))!;
  const pip = (...args: string[]) =>
    run(python, ['-m', 'pip', 'install', '--quiet', '--no-cache-dir', ...args]);
  // Where this index is out of reach the next step takes PyTorch from PyPI.
  pip('--retries', '0', '--timeout', '15', '--index-url', CPU_INDEX, torch);
  const { status, stderr } = pip('-r', requirements);
  if (status !== 0)
    return {
      reason: `pip could not install the peers: ${stderr.trim().split('\n').at(-1) ?? 'no word why'}`,
    };
  writeFileSync(stamp, wanted);
  return { python };
}

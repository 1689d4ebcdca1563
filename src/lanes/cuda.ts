import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';

/** Where the parts of CUDA lie that the runtime loads, as `landscape setup cuda` found them. */
export interface CudaPlace {
  /** The folder with `libonnxruntime_providers_cuda.so`, of the runtime's own version. */
  readonly provider: string;
  /** Folders of NVIDIA's libraries. */
  readonly libraries: readonly string[];
  /** A folder of ours, for links. */
  readonly folder: string;
}

export const CUDA_PROVIDERS = ['libonnxruntime_providers_cuda.so', 'libonnxruntime_providers_shared.so'];
const RUNTIME = 'libonnxruntime.so.1';

const packageFile = (): string => require.resolve('onnxruntime-node/package.json');

/** The version of the runtime of this installation: a provider of another one is not loaded. */
export const runtimeVersion = (): string =>
  (JSON.parse(readFileSync(packageFile(), 'utf8')) as { version: string }).version;

const runtimeFolder = (): string => path.join(path.dirname(packageFile()), 'bin', 'napi-v6', 'linux', 'x64');

/**
 * The environment of a lane that computes by CUDA. The runtime looks for providers in the folder that it was loaded from, so
 * there is one where links to both lie side by side; and products of matrices stay in float32 (NVIDIA's TF32 has 10 bits).
 */
export function cudaEnvironment(
  { provider, libraries, folder }: CudaPlace,
  runtime = runtimeFolder(),
): Readonly<Record<string, string>> {
  const name = createHash('sha256').update(`${runtime}\n${provider}`).digest('hex').slice(0, 16);
  const links = path.join(folder, `links-${name}`);
  mkdirSync(links, { recursive: true });
  link(path.join(runtime, RUNTIME), links);
  for (const file of CUDA_PROVIDERS) link(path.join(provider, file), links);
  const before = process.env['LD_LIBRARY_PATH'];
  return {
    LD_LIBRARY_PATH: [links, ...libraries, ...(before ? [before] : [])].join(':'),
    NVIDIA_TF32_OVERRIDE: '0',
  };
}

function link(file: string, folder: string): void {
  try {
    symlinkSync(file, path.join(folder, path.basename(file)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

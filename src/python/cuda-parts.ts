import { access, readdir } from 'node:fs/promises';
import path from 'node:path';

/** NVIDIA's libraries that the runtime's provider needs (1.30: CUDA 13), with the packages of PyPI that have them. */
const LIBRARIES: readonly (readonly [file: string, package_: string])[] = [
  ['libcudart.so.13', 'nvidia-cuda-runtime==13.*'],
  ['libcublas.so.13', 'nvidia-cublas==13.*'],
  ['libcublasLt.so.13', 'nvidia-cublas==13.*'],
  ['libcurand.so.10', 'nvidia-curand==10.*'],
  ['libcudnn.so.9', 'nvidia-cudnn-cu13==9.*'],
];

/** Where libraries lie that came with no package. */
const SYSTEM = ['/usr/local/cuda/lib64', '/usr/lib/x86_64-linux-gnu', '/usr/lib64'];

/** A part by its name; the folder that has it, or the package to install. */
export interface CudaPart {
  readonly name: string;
  readonly folder: string | undefined;
  readonly package: string;
  /** Another version of it was found. */
  readonly other?: string;
}

export interface CudaParts {
  readonly provider: CudaPart;
  readonly libraries: readonly CudaPart[];
}

const isThere = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch((): string[] => []);

async function first(folders: readonly string[], file: string): Promise<string | undefined> {
  for (const folder of folders) if (await isThere(path.join(folder, file))) return folder;
  return undefined;
}

/** The provider of `onnxruntime-gpu` of just this version: another's is not loaded. */
async function providerIn(folders: readonly string[], version: string): Promise<CudaPart> {
  const part = { name: `onnxruntime-gpu ${version}`, package: `onnxruntime-gpu==${version}` };
  let other: string | undefined;
  for (const folder of folders)
    for (const name of await namesIn(folder)) {
      const found = /^onnxruntime_gpu-(.+)\.dist-info$/.exec(name)?.[1];
      const capi = path.join(folder, 'onnxruntime', 'capi');
      if (found === version && (await isThere(path.join(capi, 'libonnxruntime_providers_cuda.so'))))
        return { ...part, folder: capi };
      other ??= found;
    }
  return { ...part, folder: undefined, ...(other === undefined ? {} : { other }) };
}

/** Looks for the parts of CUDA in the folders where a Python finds its packages. Nothing is loaded or run. */
export async function cudaPartsIn(
  folders: readonly string[],
  version: string,
  system = SYSTEM,
): Promise<CudaParts> {
  const ofPackages = await Promise.all(
    folders.map(async (folder) => {
      const nvidia = path.join(folder, 'nvidia');
      return (await namesIn(nvidia)).map((name) => path.join(nvidia, name, 'lib'));
    }),
  );
  const places = [...ofPackages.flat(), ...system];
  const libraries = LIBRARIES.map(async ([name, package_]) => ({
    name,
    package: package_,
    folder: await first(places, name),
  }));
  return { provider: await providerIn(folders, version), libraries: await Promise.all(libraries) };
}

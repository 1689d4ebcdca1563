import { access, readFile } from 'node:fs/promises';
import { runtimeVersion } from '../../lanes/cuda';
import { commandLine } from '../../python/command';
import { type CudaPart, cudaPartsIn } from '../../python/cuda-parts';
import { cudaFolder, keepCuda } from '../../settings/cuda-place';

/** A Python, as it answers for itself. */
export interface FoundPython {
  /** Its own program. */
  readonly executable: string;
  readonly version: string;
  /** Where it finds packages. */
  readonly path: readonly string[];
}

/** What a Python is asked: which it is and where it finds packages. It imports none of them. */
export const QUESTION =
  'import json, sys; print(json.dumps({"executable": sys.executable, "version": sys.version.split()[0], "path": [p for p in sys.path if p]}))';

export interface SetUp {
  /** What is there and what is not, a line each. */
  readonly lines: readonly string[];
  /** The one line that installs what is missing. */
  readonly install: string | undefined;
}

/** The usual places of the driver's library, which no package has. */
const DRIVERS = [
  '/usr/lib/x86_64-linux-gnu/libcuda.so.1',
  '/usr/lib64/libcuda.so.1',
  '/usr/lib/wsl/lib/libcuda.so.1',
  '/usr/lib/libcuda.so.1',
];

async function driverLine(): Promise<string> {
  const text = await readFile('/proc/driver/nvidia/version', 'utf8').catch(() => '');
  const version = /Module\s+(?:for \S+\s+)?([\d.]+)/.exec(text)?.[1];
  const found = await Promise.any(DRIVERS.map((file) => access(file))).then(
    () => true,
    () => false,
  );
  if (version !== undefined || found) return `driver: NVIDIA's${version === undefined ? '' : ` ${version}`}`;
  return 'driver: none found (libcuda.so.1 comes with the driver of an NVIDIA card, from the system)';
}

const lineOf = ({ name, folder, other }: CudaPart): string =>
  folder === undefined
    ? `${name}: missing${other === undefined ? '' : ` (${other} is there, which another version of the runtime takes)`}`
    : `${name}: ${folder}`;

/**
 * Looks for what CUDA takes where a Python finds packages and in a folder of ours, and keeps where it lies once all of it is
 * there. Nothing is installed.
 * @throws UserError where it cannot be kept.
 */
export async function setUpCuda(
  { executable, version, path: folders }: FoundPython,
  folder = cudaFolder(),
  system?: readonly string[],
): Promise<SetUp> {
  const wanted = runtimeVersion();
  const own = `${folder}/packages`;
  const { provider, libraries } = await cudaPartsIn(
    [own, ...folders],
    wanted,
    ...(system ? [[...system]] : []),
  );
  const lines = [
    `Python ${version}: ${executable}`,
    ...[provider, ...libraries].map(lineOf),
    await driverLine(),
  ];
  const missing = [
    ...new Set([provider, ...libraries].flatMap((part) => (part.folder === undefined ? part.package : []))),
  ];
  if (missing.length > 0) {
    // Into a folder of ours: an environment that has onnxruntime would lose files of it.
    const install = [executable, '-m', 'pip', 'install', '--no-deps', '--target', own, ...missing] as const;
    return { lines, install: commandLine(install) };
  }
  const places = [...new Set(libraries.map((each) => each.folder!))];
  await keepCuda({ version: wanted, provider: provider.folder!, libraries: places }, folder);
  return { lines, install: undefined };
}

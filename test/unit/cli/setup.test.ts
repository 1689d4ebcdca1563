import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { cudaEnvironment, runtimeVersion } from '../../../src/lanes/cuda';
import { cudaPartsIn } from '../../../src/python/cuda-parts';
import { foundCuda } from '../../../src/settings/cuda-place';
import { corpus, temporaryFolder } from '../../support/corpus';
import { start } from './terminal';

const LIBRARIES = {
  cu13: ['libcudart.so.13', 'libcublas.so.13', 'libcublasLt.so.13', 'libcurand.so.10'],
  cudnn: ['libcudnn.so.9'],
};

function put(folder: string, names: readonly string[]): void {
  mkdirSync(folder, { recursive: true });
  for (const name of names) writeFileSync(path.join(folder, name), 'no library');
}

function putProvider(packages: string, version: string): void {
  mkdirSync(path.join(packages, `onnxruntime_gpu-${version}.dist-info`), { recursive: true });
  put(path.join(packages, 'onnxruntime', 'capi'), [
    'libonnxruntime_providers_cuda.so',
    'libonnxruntime_providers_shared.so',
  ]);
}

/** Packages as PyTorch brings them. */
function environment(libraries: Partial<typeof LIBRARIES> = LIBRARIES): string {
  const packages = path.join(temporaryFolder(), 'site-packages');
  for (const [name, files] of Object.entries(libraries))
    put(path.join(packages, 'nvidia', name, 'lib'), files);
  return packages;
}

test('parts are found where packages lie; a provider of another version is none', async () => {
  const packages = environment();
  putProvider(packages, '1.29.0');
  const { provider, libraries } = await cudaPartsIn([packages], '1.30.0', []);
  assert.equal(provider.folder, undefined);
  assert.equal(provider.other, '1.29.0');
  assert.ok(libraries.every(({ folder }) => folder?.startsWith(packages)));
  putProvider(packages, '1.30.0');
  const found = await cudaPartsIn([packages], '1.30.0', []);
  assert.equal(found.provider.folder, path.join(packages, 'onnxruntime', 'capi'));
  assert.deepEqual(
    (await cudaPartsIn([environment({ cudnn: [] })], '1.30.0', [])).libraries.map(({ folder }) => folder),
    Array<undefined>(5).fill(undefined),
  );
});

test('a lane of CUDA has the runtime and the provider side by side, and products in float32', () => {
  const [runtime, provider, folder] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
  const place = { provider, libraries: ['/a/lib', '/b/lib'], folder };
  const there = cudaEnvironment(place, runtime);
  assert.deepEqual(cudaEnvironment(place, runtime), there, 'once more');
  assert.equal(there.NVIDIA_TF32_OVERRIDE, '0');
  const [links, ...more] = there.LD_LIBRARY_PATH.split(':');
  assert.deepEqual(more.slice(0, 2), ['/a/lib', '/b/lib']);
  assert.deepEqual(
    readdirSync(links).map((name) => readlinkSync(path.join(links, name))),
    [
      path.join(runtime, 'libonnxruntime.so.1'),
      path.join(provider, 'libonnxruntime_providers_cuda.so'),
      path.join(provider, 'libonnxruntime_providers_shared.so'),
    ],
  );
});

describe('landscape setup cuda', { skip: process.platform !== 'linux' || process.arch !== 'x64' }, () => {
  /** A program in the place of Python, which finds packages in these folders. */
  function pythonWith(folders: readonly string[]): string {
    const python = path.join(temporaryFolder(), 'python3');
    const answer = JSON.stringify({ executable: python, version: '3.12.1', path: folders });
    writeFileSync(python, `#!${process.execPath}\nconsole.log(${JSON.stringify(answer)});\n`);
    chmodSync(python, 0o755);
    return python;
  }

  const inCache = (cache: string, ...args: string[]) =>
    start(args, undefined, { XDG_CACHE_HOME: cache }).ended;
  const mlp = [corpus('keras', 'mlp-digits.keras'), '--data', corpus('data', 'digits.npz')];

  test('what is missing is one line of pip, into a folder of ours', async () => {
    const cache = temporaryFolder();
    const python = pythonWith([environment({ cu13: LIBRARIES.cu13.slice(0, 3), cudnn: LIBRARIES.cudnn })]);
    const { code, stdout, stderr } = await inCache(cache, 'setup', 'cuda', '--interpreter', python);
    assert.equal(code, 2);
    const [line, ...others] = stdout.split('\n').filter((each) => each.includes(' -m pip '));
    assert.deepEqual(others, []);
    assert.ok(line.includes(`--no-deps --target ${cache}/landscape/cuda/packages`));
    assert.ok(line.includes(`onnxruntime-gpu==${runtimeVersion()}`));
    if (/libcurand.so.10: missing/.test(stdout)) assert.match(line, /nvidia-curand==10/);
    assert.doesNotMatch(line, /cublas|cudnn/);
    assert.match(stderr, /CUDA is not complete: run that line/);
    assert.deepEqual(readdirSync(cache), [], 'nothing is written');
  });

  test('what was found is loaded by the backend, which refuses where there is no card', async () => {
    const cache = temporaryFolder();
    const refused = await inCache(cache, 'analyze', ...mlp, '--backend', 'cuda');
    assert.equal(refused.code, 2);
    assert.match(
      refused.stderr,
      /CUDA is not set up on this machine: "landscape setup cuda" says what it takes/,
    );

    const packages = environment();
    putProvider(packages, runtimeVersion());
    const { code, stdout } = await inCache(cache, 'setup', 'cuda', '--interpreter', pythonWith([packages]));
    assert.equal(code, 0, stdout);
    assert.match(stdout, /All parts are there: --backend cuda uses them/);
    const kept = await foundCuda(path.join(cache, 'landscape', 'cuda'));
    assert.equal(kept?.provider, path.join(packages, 'onnxruntime', 'capi'));

    // These are no libraries, so that it fails with a card as well.
    const { code: failed, stderr } = await inCache(cache, 'analyze', ...mlp, '--backend', 'cuda');
    assert.equal(failed, 2);
    assert.match(
      stderr,
      /CUDA does not start here: there is no NVIDIA card, or its driver or a library is missing/,
    );
    assert.ok(readdirSync(path.join(cache, 'landscape', 'cuda')).some((name) => name.startsWith('links-')));
  });

  test('other backends and programs that are no Python are refused', async () => {
    const other = await inCache(temporaryFolder(), 'setup', 'rocm');
    assert.equal(other.code, 2);
    assert.match(other.stderr, /There is nothing to set up for "rocm"/);
    const program = await inCache(temporaryFolder(), 'setup', 'cuda', '--interpreter', '/bin/true');
    assert.equal(program.code, 2);
    assert.match(program.stderr, /\/bin\/true does not answer as a Python does/);
  });

  test('training takes another backend', async () => {
    const file = path.join(temporaryFolder(), 'digits.run.json');
    const data = corpus('data', 'digits.npz');
    writeFileSync(
      file,
      JSON.stringify({
        data,
        model: { kind: 'mlp', hidden: [8] },
        optimizer: { name: 'adam' },
        epochs: 1,
        backend: 'cuda',
      }),
    );
    const { code, stderr } = await inCache(temporaryFolder(), 'train', file);
    assert.equal(code, 2);
    assert.match(stderr, /training takes another backend/);
  });
});

// Makes the package that VS Code installs, from an allow-list and without a network:
//   npm run package -- linux-x64|linux-arm64|darwin-arm64|win32-x64|win32-arm64|universal
// The universal one has no native code and computes by WebAssembly, for the platforms the native runtime lacks.
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createVSIX } from '@vscode/vsce';
import { unzipSync } from 'fflate';
import { installedReadme } from './installed-readme.mjs';
import { notices } from './notices.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/**
 * What the CPU kernels need of ONNX Runtime on each platform. Left out: on Windows DirectML and the shader compiler
 * (loaded only by their own execution providers), on macOS a second copy of the library.
 */
const nativeFiles = {
  'linux-x64': ['onnxruntime_binding.node', 'libonnxruntime.so.1'],
  'linux-arm64': ['onnxruntime_binding.node', 'libonnxruntime.so.1'],
  'darwin-arm64': ['onnxruntime_binding.node', 'libonnxruntime.1.dylib'],
  'win32-x64': ['onnxruntime_binding.node', 'onnxruntime.dll'],
  'win32-arm64': ['onnxruntime_binding.node', 'onnxruntime.dll'],
  universal: [],
};
const sizeBudget = 30_000_000;

const target = process.argv[2];
if (!(target in nativeFiles)) {
  console.error(`npm run package -- TARGET, where TARGET is one of: ${Object.keys(nativeFiles).join(', ')}`);
  process.exit(2);
}

const stage = path.join(root, 'out/stage', target);
await rm(stage, { recursive: true, force: true });
await mkdir(stage, { recursive: true });

const copy = (from, to = from, filter = () => true) =>
  cp(path.join(root, from), path.join(stage, to), { recursive: true, filter });

const manifest = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
// Everything is in the bundles, so the installed manifest neither builds nor depends on anything.
for (const key of [
  'scripts',
  'allowScripts',
  'dependencies',
  'optionalDependencies',
  'devDependencies',
  'private',
])
  delete manifest[key];
await writeFile(path.join(stage, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);

const documents = ['README.md', 'CHANGELOG.md', 'LICENSE'].filter((file) =>
  existsSync(path.join(root, file)),
);
for (const file of ['package.nls.json', ...documents]) await copy(file);
await writeFile(
  path.join(stage, 'README.md'),
  installedReadme(await readFile(path.join(root, 'README.md'), 'utf8'), {
    manifest,
    read: (file) => (existsSync(path.join(root, file)) ? readFileSync(path.join(root, file)) : undefined),
  }),
);
// The walkthrough shows the dark ones.
await copy('media/pictures', 'media/pictures', (file) => !file.endsWith('-light.png'));
for (const part of ['bin', 'icons', 'schemas', 'walkthrough', 'experiments', 'python', 'example'])
  await copy(`media/${part}`);
await copy('dist', 'dist', (file) => !/\.map$|meta\.json$/.test(file));

const runtime = 'node_modules/onnxruntime-node';
if (target !== 'universal') {
  // Node finds packages in dist/node_modules from dist/lane.js; vsce would drop a node_modules at the top.
  const binaries = `${runtime}/bin/napi-v6/${target.replace('-', '/')}`;
  for (const file of nativeFiles[target]) await copy(`${binaries}/${file}`, `dist/${binaries}/${file}`);
  const scripts = (file) => !/\.(map|ts)$/.test(file);
  for (const part of [`${runtime}/package.json`, `${runtime}/dist`])
    await copy(part, `dist/${part}`, scripts);
  for (const part of ['package.json', 'dist/cjs'])
    await copy(
      `node_modules/onnxruntime-common/${part}`,
      `dist/node_modules/onnxruntime-common/${part}`,
      scripts,
    );
}

const metafiles = JSON.parse(await readFile(path.join(root, 'dist/meta.json'), 'utf8'));
// Only what is in an output counts: tree shaking leaves whole packages behind.
const inputs = Object.values(metafiles).flatMap(({ outputs }) =>
  Object.values(outputs).flatMap((output) =>
    Object.entries(output.inputs)
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([input]) => input),
  ),
);
const separate = target === 'universal' ? [] : [runtime, 'node_modules/onnxruntime-common'];
await writeFile(path.join(stage, 'ThirdPartyNotices.txt'), await notices(root, inputs, separate));

const packagePath = path.join(root, 'out', `landscape-${manifest.version}-${target}.vsix`);
await createVSIX({
  cwd: stage,
  packagePath,
  target: target === 'universal' ? undefined : target,
  dependencies: false,
  allowMissingRepository: true,
  rewriteRelativeLinks: false,
  skipLicense: false,
});

await verify();

/** Reads the package back: what must be in it is, what must not is not, and it is no larger than agreed. */
async function verify() {
  const names = [];
  unzipSync(await readFile(packagePath), {
    filter: ({ name }) => {
      names.push(name);
      return false;
    },
  });
  const binaries = names.filter((name) => /\/bin\/napi-v6\//.test(name));
  const wanted = nativeFiles[target].map(
    (file) => `extension/dist/${runtime}/bin/napi-v6/${target.replace('-', '/')}/${file}`,
  );
  const experiments = await readdir(path.join(root, 'media/experiments'), { withFileTypes: true });
  const needed = [
    'extension/package.json',
    ...[
      ...['extension.js', 'engine.js', 'hdf5.js', 'lane.js', 'cli.js'],
      ...['webview/main.js', 'webview/main.css', 'webview/relief.js'],
    ].map((file) => `extension/dist/${file}`),
    'extension/dist/tfjs-backend-wasm.wasm',
    'extension/media/bin/landscape',
    ...['export_model', 'export_data', 'landscape_answer', 'landscape_code', 'landscape_network'].map(
      (script) => `extension/media/python/${script}.py`,
    ),
    'extension/media/icons/landscape.png',
    'extension/media/schemas/landscape.json',
    ...experiments.filter((entry) => entry.isFile()).map(({ name }) => `extension/media/experiments/${name}`),
    'extension/media/experiments/edge-of-stability/points.npz',
    ...['data/mnist.npz', 'landscape.json', 'small-batch/epoch-020.keras', 'large-batch/epoch-100.keras'].map(
      (file) => `extension/media/example/${file}`,
    ),
    ...wanted,
  ];
  const missing = needed.filter((name) => !names.includes(name));
  if (missing.length > 0) throw new Error(`${packagePath} lacks ${missing.join(', ')}`);
  if (binaries.length !== wanted.length)
    throw new Error(`${packagePath} has other platforms' binaries: ${binaries}`);
  const { size } = await stat(packagePath);
  console.log(`${path.relative(root, packagePath)}: ${names.length} files, ${(size / 1e6).toFixed(1)} MB`);
  if (size > sizeBudget) throw new Error(`${packagePath} has ${size} bytes; ${sizeBudget} is the most.`);
}

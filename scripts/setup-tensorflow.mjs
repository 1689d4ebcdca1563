// Builds the native addon of @tensorflow/tfjs-node in .cache/tensorflow against the TensorFlow of PyPI's wheel, for
// machines that cannot reach the download its own installer makes. The tests of the tensorflow backend look there.
//   npm run setup:tensorflow          does nothing when it has been done
//   npm run setup:tensorflow -- --force
// Linux only. Python only unpacks the wheel; none runs afterwards.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const VERSIONS = { '@tensorflow/tfjs-node': '4.22.0', 'node-gyp': '10.3.1', 'tensorflow-cpu': '2.21.0' };
/** The wheel of any Python will do: only the libraries and headers in it are used. */
const WHEEL_PYTHON = '3.11';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const home = path.join(root, '.cache/tensorflow');
const stampFile = path.join(home, 'stamp.json');
const stamp = JSON.stringify({ ...VERSIONS, platform: process.platform, arch: process.arch });
const addonFolder = path.join(home, 'node_modules/@tensorflow/tfjs-node');
const addon = path.join(addonFolder, 'lib/napi-v8/tfjs_binding.node');

/** Ends with one line that says what to do. */
function giveUp(sentence) {
  console.error(`setup:tensorflow: ${sentence}`);
  process.exit(1);
}

function runIn(cwd, command, args, env = {}) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (error || status !== 0) {
    console.error(`${stdout ?? ''}${stderr ?? ''}`.slice(-6000));
    giveUp(`"${command} ${args.slice(0, 3).join(' ')}" failed${error ? `: ${error.message}` : ''}.`);
  }
}

function requireTool(command, packageName) {
  if (spawnSync(command, ['--version'], { stdio: 'ignore' }).status !== 0)
    giveUp(`${command} is missing: install it (Debian: apt-get install ${packageName}) and run this again.`);
}

function installPackages() {
  console.log(
    `installing @tensorflow/tfjs-node ${VERSIONS['@tensorflow/tfjs-node']} in ${path.relative(root, home)}`,
  );
  const dependencies = Object.fromEntries(
    Object.entries(VERSIONS).filter(([name]) => name !== 'tensorflow-cpu'),
  );
  writeFileSync(path.join(home, 'package.json'), JSON.stringify({ private: true, dependencies }));
  // Its own script would try the download that this script stands in for.
  runIn(home, 'npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund']);
}

/** Unpacks the libraries and headers of the wheel; answers the folder that holds them. */
function unpackTensorFlow() {
  const wheels = path.join(home, 'download');
  const target = path.join(home, 'wheel');
  const machine = { x64: 'x86_64', arm64: 'aarch64' }[process.arch];
  console.log(`downloading tensorflow-cpu ${VERSIONS['tensorflow-cpu']} from PyPI (about 270 MB)`);
  runIn(home, 'python3', [
    '-m',
    'pip',
    'download',
    '--disable-pip-version-check',
    '--no-deps',
    '--only-binary=:all:',
    '--implementation=cp',
    `--python-version=${WHEEL_PYTHON}`,
    `--platform=manylinux_2_27_${machine}`,
    `--dest=${wheels}`,
    `tensorflow-cpu==${VERSIONS['tensorflow-cpu']}`,
  ]);
  const wheel = readdirSync(wheels).find((name) => name.includes(VERSIONS['tensorflow-cpu']));
  rmSync(target, { recursive: true, force: true });
  const unpack = `import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as wheel:
    names = [n for n in wheel.namelist() if n.startswith(("tensorflow/include/", "tensorflow/libtensorflow"))]
    wheel.extractall(sys.argv[2], names)`;
  runIn(home, 'python3', ['-c', unpack, path.join(wheels, wheel), target]);
  rmSync(wheels, { recursive: true });
  return path.join(target, 'tensorflow');
}

function linkTensorFlow(tensorflow) {
  const deps = path.join(addonFolder, 'deps');
  rmSync(deps, { recursive: true, force: true });
  mkdirSync(path.join(deps, 'lib'), { recursive: true });
  const links = {
    'lib/libtensorflow.so': 'libtensorflow_cc.so.2',
    'lib/libtensorflow_cc.so.2': 'libtensorflow_cc.so.2',
    'lib/libtensorflow_framework.so': 'libtensorflow_framework.so.2',
    'lib/libtensorflow_framework.so.2': 'libtensorflow_framework.so.2',
    include: 'include',
  };
  for (const [link, to] of Object.entries(links))
    symlinkSync(path.join(tensorflow, to), path.join(deps, link));
}

function buildAddon() {
  console.log('building the addon');
  const prefix = path.dirname(path.dirname(process.execPath));
  // Node's headers usually come with it; else node-gyp downloads them.
  const headers = existsSync(path.join(prefix, 'include/node/node_api.h')) ? [`--nodedir=${prefix}`] : [];
  runIn(
    addonFolder,
    process.execPath,
    [
      path.join(home, 'node_modules/node-gyp/bin/node-gyp.js'),
      'rebuild',
      ...headers,
      '--module_name=tfjs_binding',
      `--module_path=${path.dirname(addon)}`,
      '--napi_version=8',
      '--napi_build_version=8',
    ],
    { CXXFLAGS: '-std=c++17' },
  );
}

/** Loads the addon in a process of its own and multiplies two numbers. */
function tryAddon() {
  const script = `require('node:util').isNullOrUndefined ??= (x) => x == null;
    const tf = require(${JSON.stringify(addonFolder)});
    if (tf.matMul([[2]], [[3]]).dataSync()[0] !== 6) process.exit(1);`;
  execFileSync(process.execPath, ['-e', script], {
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3' },
    stdio: 'ignore',
  });
}

if (
  !process.argv.includes('--force') &&
  existsSync(addon) &&
  existsSync(stampFile) &&
  readFileSync(stampFile, 'utf8') === stamp
) {
  console.log(`${path.relative(root, addonFolder)} is ready`);
  process.exit(0);
}
if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch))
  giveUp(
    'PyPI has a TensorFlow with its C library for Linux on x64 and arm64 only; elsewhere install @tensorflow/tfjs-node by npm.',
  );
requireTool('python3', 'python3 python3-pip');
requireTool('g++', 'g++');
requireTool('make', 'make');
mkdirSync(home, { recursive: true });
rmSync(stampFile, { force: true });
installPackages();
linkTensorFlow(unpackTensorFlow());
buildAddon();
try {
  tryAddon();
} catch {
  giveUp('the addon was built but does not compute.');
}
writeFileSync(stampFile, stamp);
console.log(`${path.relative(root, addonFolder)} is ready`);

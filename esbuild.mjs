// Builds everything that runs: the extension, its engine and lane processes, the terminal command and the panel.
//   node esbuild.mjs            once, minified
//   node esbuild.mjs --watch    again at every change, with source maps
import { chmod, copyFile, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';

const root = path.dirname(fileURLToPath(import.meta.url));
const watch = process.argv.includes('--watch');

/**
 * What each may have at most, in bytes, and what to do about more. The extension host reads its own at every start; the
 * surface comes where somebody waits to see it.
 */
const budgets = {
  'dist/extension.js': [400_000, 'Move what is heavy into the engine.'],
  'dist/webview/relief.js': [80_000, 'Move what is heavy out of webview/relief.'],
};

const common = {
  absWorkingDir: root,
  bundle: true,
  charset: 'utf8',
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
  sourcemap: watch ? 'linked' : false,
};

/** Processes under plain Node. Names stay whole, so that a stack trace in a bug report can be read. */
const node = {
  ...common,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  // tfjs lists only its ES modules as having side effects: by their "main" the cpu backend would be dropped.
  mainFields: ['module', 'main'],
  external: ['onnxruntime-node', '@tensorflow/tfjs-node'],
  minifyWhitespace: !watch,
  minifySyntax: !watch,
  // h5wasm finds its own folder by import.meta.url, which CommonJS lacks.
  define: { 'import.meta.url': 'moduleUrl' },
  banner: { js: "const moduleUrl=require('node:url').pathToFileURL(__filename).href;" },
};

/** Scripts of the panel and of pages that stand alone. */
const page = {
  ...common,
  platform: 'browser',
  format: 'iife',
  target: 'chrome128',
  minify: !watch,
  loader: { '.svg': 'text', '.ttf': 'dataurl' },
  define: { 'process.env.NODE_ENV': watch ? '"development"' : '"production"' },
};

/** HDF5's library, 4 of the engine's 7.7 MB, is a file of its own: only what reads HDF5 has to parse it. */
const hdf5Apart = {
  name: 'hdf5-apart',
  setup(build) {
    build.onResolve({ filter: /\/h5wasm\/.*hdf5_util\.js$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './hdf5.js', external: true } : undefined,
    );
  },
};

/**
 * zod brings to each kind of schema what writes it as JSON schema, 19 kB. Only `npm run schemas` asks for that, never the
 * extension host.
 */
const jsonSchemaApart = {
  name: 'json-schema-apart',
  setup(build) {
    build.onLoad(
      { filter: /\/zod\/v4\/core\/(to-json-schema|json-schema-processors)\.js$/ },
      async ({ path }) => {
        const text = await readFile(path, 'utf8');
        const declared = [...text.matchAll(/^export (?:function|const) (\w+)/gm)].map(([, name]) => name);
        const renamed = [...text.matchAll(/^export \{ \w+ as (\w+) \}/gm)].map(([, name]) => name);
        // By name: zod's files are ES modules, in which `module` would be the bundle's own, and its exports lost.
        const names = [...declared, ...renamed].map((name) => `none as ${name}`);
        return { contents: `const none = () => undefined;\nexport { ${names.join(', ')} };\n` };
      },
    );
  },
};

const targets = [
  {
    ...common,
    entryPoints: ['src/extension.ts'],
    outfile: 'dist/extension.js',
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['vscode'],
    // jsonc-parser's main is a UMD bundle whose requires esbuild cannot follow.
    mainFields: ['module', 'main'],
    minify: !watch,
    plugins: [jsonSchemaApart],
  },
  {
    ...node,
    entryPoints: ['src/engine.ts'],
    outfile: 'dist/engine.js',
    // Lanes in the engine's own process are for tests, and would bring every backend's library along.
    external: [...node.external, './in-process', './lane/in-process'],
    plugins: [hdf5Apart],
  },
  {
    ...node,
    entryPoints: ['node_modules/h5wasm/dist/esm/hdf5_util.js'],
    outfile: 'dist/hdf5.js',
    // What imports it takes the whole module for its default export.
    footer: { js: 'module.exports = module.exports.default;' },
  },
  { ...node, entryPoints: ['src/lane.ts'], outfile: 'dist/lane.js' },
  {
    ...node,
    entryPoints: ['src/cli.ts'],
    outfile: 'dist/cli.js',
    banner: { js: `#!/usr/bin/env node\n${node.banner.js}` },
  },
  {
    ...page,
    entryPoints: ['webview/main.ts'],
    outfile: 'dist/webview/main.js',
  },
  {
    ...page,
    entryPoints: ['webview/relief/chunk.ts'],
    outfile: 'dist/webview/relief.js',
    // By this name `webview/relief/load.ts` finds what it holds: splitting would need modules, which a page that stands
    // alone cannot have.
    globalName: 'landscapeRelief',
  },
];

/** The tfjs wasm backend looks for its binaries beside the script that runs it. */
const wasmBinaries = [
  'tfjs-backend-wasm.wasm',
  'tfjs-backend-wasm-simd.wasm',
  'tfjs-backend-wasm-threaded-simd.wasm',
];

async function copyWasm() {
  const from = path.join(root, 'node_modules/@tensorflow/tfjs-backend-wasm/dist');
  await Promise.all(
    wasmBinaries.map((name) => copyFile(path.join(from, name), path.join(root, 'dist', name))),
  );
}

async function report(target) {
  const outfile = path.join(root, target.outfile);
  const { size } = await stat(outfile);
  console.log(`${target.outfile.padEnd(22)} ${(size / 1000).toFixed(0).padStart(6)} kB`);
  const [most, advice] = budgets[target.outfile] ?? [Infinity, ''];
  if (!watch && size > most)
    throw new Error(`${target.outfile} has ${size} bytes; ${most} is the most. ${advice}`);
  if (target.outfile === 'dist/cli.js') await chmod(outfile, 0o755);
}

const afterEachBuild = (target) => ({
  name: 'report',
  setup(build) {
    build.onEnd(async (result) => {
      if (result.errors.length === 0) await report(target);
    });
  },
});

const missing = targets.filter((target) => !existsSync(path.join(root, target.entryPoints[0])));
for (const target of missing)
  console.warn(`${target.entryPoints[0]} does not exist: ${target.outfile} left out`);
const present = targets.filter((target) => !missing.includes(target));

if (!watch) await rm(path.join(root, 'dist'), { recursive: true, force: true });
await mkdir(path.join(root, 'dist'), { recursive: true });
await copyWasm();

try {
  if (watch) {
    // The words "build started" and "build finished" tell the editor's task when a change has been taken up.
    const contexts = await Promise.all(
      present.map((target) =>
        esbuild.context({
          ...target,
          plugins: [...(target.plugins ?? []), watchMessages(), afterEachBuild(target)],
        }),
      ),
    );
    await Promise.all(contexts.map((context) => context.watch()));
  } else {
    const metafiles = {};
    await Promise.all(
      present.map(async (target) => {
        const result = await esbuild.build({
          ...target,
          plugins: [...(target.plugins ?? []), afterEachBuild(target)],
        });
        metafiles[target.outfile] = result.metafile;
      }),
    );
    if (process.argv.includes('--meta'))
      await writeFile(path.join(root, 'dist/meta.json'), JSON.stringify(metafiles));
  }
} catch (error) {
  // esbuild has printed its own errors already.
  if (error.errors === undefined) console.error(error.message);
  process.exitCode = 1;
}

function watchMessages() {
  return {
    name: 'watch-messages',
    setup(build) {
      build.onStart(() => console.log('build started'));
      build.onEnd(({ errors }) => {
        for (const { text, location } of errors)
          console.error(`error: ${location?.file}:${location?.line}:${location?.column}: ${text}`);
        console.log('build finished');
      });
    },
  };
}

// The rooms of the house and the arrows between them, as an ESLint rule. ARCHITECTURE.md draws the same picture.
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** Which rooms each room may import, itself aside; or, as `room/file`, which one file of a room. */
export const arrows = {
  extension: ['editor'],
  editor: ['engine/client', 'python', 'settings', 'files', 'wording', 'contract', 'core'],
  cli: ['engine/client', 'cluster', 'jobs', 'python', 'settings', 'files', 'wording', 'contract', 'core'],
  engine: ['jobs', 'machine', 'contract', 'core'],
  lane: ['lanes', 'training', 'machine'],
  jobs: [
    'cluster',
    'analysis',
    'training',
    'symmetries',
    'objective',
    'lanes',
    'formats',
    'python',
    'settings',
    'files',
    'machine',
    'wording',
    'contract',
    'core',
  ],
  analysis: ['symmetries', 'objective', 'wording', 'contract', 'core'],
  training: ['analysis', 'objective', 'lanes', 'network', 'autodiff', 'backends', 'contract', 'core'],
  symmetries: ['objective', 'lanes', 'network', 'autodiff', 'core'],
  objective: ['lanes', 'network', 'autodiff', 'backends', 'machine', 'wording', 'contract', 'core'],
  lanes: ['backends', 'autodiff', 'machine', 'core'],
  formats: ['network', 'autodiff', 'onnx', 'files', 'machine', 'contract', 'core'],
  network: ['autodiff', 'contract', 'core'],
  backends: ['autodiff', 'onnx', 'core'],
  autodiff: ['core'],
  onnx: [],
  cluster: ['settings', 'files', 'wording', 'contract', 'core'],
  python: ['contract', 'core'],
  settings: ['files', 'contract', 'core'],
  files: ['core'],
  machine: ['core'],
  wording: ['contract', 'core'],
  contract: ['core'],
  core: [],
  webview: ['wording', 'contract', 'core'],
};

/** Packages that belong to some places only: a room, or one file of it. */
export const packageHomes = {
  vscode: ['editor', 'extension'],
  '@vscode/webview-ui-toolkit': ['webview/controls.ts'],
  'onnxruntime-node': ['src/backends/onnxruntime/runtime.ts'],
  '@tensorflow/tfjs-core': ['backends'],
  '@tensorflow/tfjs-backend-cpu': ['backends'],
  '@tensorflow/tfjs-backend-wasm': ['backends'],
  '@tensorflow/tfjs-node': ['backends'],
  h5wasm: ['formats'],
  hyparquet: ['formats'],
  'hyparquet-compressors': ['formats'],
  papaparse: ['formats'],
  pngjs: ['formats'],
  '@cornerstonejs/codec-libjpeg-turbo-8bit': ['formats'],
  'linear-sum-assignment': ['analysis'],
  'd3-contour': ['webview'],
  'd3-scale': ['webview'],
  'd3-shape': ['webview'],
  fflate: ['wording'],
  commander: ['cli'],
  'cli-progress': ['cli'],
};

/** Tests and benches get these from their home too: it says first that nothing is to be sent. */
const loadedAtHomeOnly = ['onnxruntime-node'];

/** These rooms go into every bundle, the panel's too: no Node, and only these packages. */
const everywhere = { core: ['pure-rand'], contract: ['zod'], wording: ['fflate'] };

/** The panel's bundle holds no validation: of the contract it and the wording take types, and these constants. */
const constants = ['vocabulary', 'measures'];

/** The room a file of the project lies in (`src/jobs/x.ts` and `src/jobs.ts` both lie in `jobs`), or undefined. */
function roomOf(file) {
  const [top, second] = path.relative(root, file).split(path.sep);
  if (top === 'webview') return 'webview';
  if (top === 'src' && second) return second.replace(/\.ts$/, '');
  return undefined;
}

const packageOf = (specifier) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');

/** Says why `file` may not import `specifier` (its types alone?), or undefined when it may. */
export function objection(file, specifier, typesOnly = false) {
  const room = roomOf(file);
  if (room === undefined)
    return loadedAtHomeOnly.includes(specifier)
      ? `${specifier} is imported from ${packageHomes[specifier].join(', ')}.`
      : undefined;
  if (!(room in arrows))
    return `The room "${room}" is not in scripts/rooms.mjs: say there what it may import.`;
  if (specifier.startsWith('.')) {
    const target = path.resolve(path.dirname(file), specifier);
    const to = roomOf(target);
    // h5wasm keeps the factory of its instances to itself, and one instance a process is not enough for damaged files.
    if (room === 'formats' && target.startsWith(path.join(root, 'node_modules', 'h5wasm'))) return undefined;
    if (to === undefined) return `${room} may not import from outside src and webview (${specifier}).`;
    const wanted = path.relative(path.join(root, 'src'), target).split(path.sep).join('/');
    if ((room === 'wording' || room === 'webview') && to === 'contract' && !typesOnly)
      if (!constants.includes(path.basename(target)))
        return `${room} may import only types from ${path.relative(root, target)}: it would bring the schemas along.`;
    if (to === room || arrows[room].includes(to) || arrows[room].includes(wanted)) return undefined;
    return `${room} may not import ${to}.`;
  }
  if (isBuiltin(specifier))
    return room in everywhere || room === 'webview'
      ? `${room} may not import Node's ${specifier}.`
      : undefined;
  const name = packageOf(specifier);
  if (room in everywhere && !everywhere[room].includes(name))
    return `${room} may not import the package ${name}.`;
  const homes = packageHomes[name];
  if (homes === undefined || homes.includes(room)) return undefined;
  if (homes.includes(path.relative(root, file).split(path.sep).join('/'))) return undefined;
  return `${name} may only be imported in ${homes.join(', ')}.`;
}

/** ESLint rule: every import, re-export, dynamic import, import type and `require` follows the arrows. */
export const rooms = {
  meta: { type: 'problem', docs: { description: 'imports follow the arrows between the rooms' }, schema: [] },
  create(context) {
    const check = (source, typesOnly = false) => {
      if (source?.type !== 'Literal' || typeof source.value !== 'string') return;
      const message = objection(context.filename, source.value, typesOnly);
      if (message) context.report({ node: source, message });
    };
    return {
      ImportDeclaration: (node) =>
        check(
          node.source,
          node.importKind === 'type' ||
            (node.specifiers.length > 0 && node.specifiers.every(({ importKind }) => importKind === 'type')),
        ),
      ExportNamedDeclaration: (node) => check(node.source, node.exportKind === 'type'),
      ExportAllDeclaration: (node) => check(node.source),
      ImportExpression: (node) => check(node.source),
      TSImportType: (node) => check(node.argument.literal ?? node.source, true),
      TSExternalModuleReference: (node) => check(node.expression),
      CallExpression: (node) => {
        if (node.callee.type === 'Identifier' && /^require/.test(node.callee.name)) check(node.arguments[0]);
      },
    };
  },
};

// The built extension in plain Node, with just enough of an editor around it for activation and hovers.
//   node editor-host.mjs EXTENSION.JS STORAGE FOLDER WAIT DOCUMENT...   prints milliseconds as JSON
// Each DOCUMENT is a line of Python; the cursor stands in its string. The first is asked WAIT ms after the activation.
import { readdirSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

const [extension, storage, folder, wait, ...documents] = process.argv.slice(2);
const require = createRequire(import.meta.url);

/** Whatever the extension asks of the editor that does not matter here: itself, under any name and call. */
const anything = new Proxy(function () {}, {
  get: (_, key) => (key === Symbol.toPrimitive ? () => '' : key === 'then' ? undefined : anything),
  set: () => true,
  apply: () => anything,
  construct: () => anything,
});

class Uri {
  constructor(scheme, file) {
    Object.assign(this, { scheme, path: file, fsPath: file });
  }
  static file = (file) => new Uri('file', file);
  static joinPath = ({ path: base }, ...parts) => Uri.file(path.join(base, ...parts));
  toString = () => `${this.scheme}://${this.path}`;
}
class MarkdownString {
  value = '';
  appendText = (text) => ((this.value += text), this);
  appendMarkdown = (text) => ((this.value += text), this);
}
class Hover {
  constructor(contents) {
    this.contents = contents;
  }
}
class EventEmitter {
  event = () => ({ dispose: () => undefined });
  fire = () => undefined;
}

const providers = [];
const fallback = new Proxy({}, { get: (_, key) => (typeof key === 'string' ? anything : undefined) });
const part = (known) => Object.assign(Object.create(fallback), known);
const editor = part({
  Uri,
  MarkdownString,
  Hover,
  EventEmitter,
  l10n: { t: (text, ...values) => text.replace(/\{(\d+)\}/g, (_, place) => String(values[Number(place)])) },
  ColorThemeKind: { Light: 1, Dark: 2, HighContrast: 3, HighContrastLight: 4 },
  window: part({ activeColorTheme: { kind: 2 } }),
  languages: part({
    registerHoverProvider: (_, given) => (providers.push(given), { dispose: () => undefined }),
  }),
  workspace: part({
    workspaceFolders: [{ uri: Uri.file(folder) }],
    getWorkspaceFolder: () => ({ uri: Uri.file(folder) }),
    getConfiguration: () => ({ get: () => undefined, inspect: () => undefined }),
    findFiles: () => Promise.resolve(readdirSync(folder).map((name) => Uri.file(path.join(folder, name)))),
  }),
});
const load = Module._load;
Module._load = (request, ...rest) => (request === 'vscode' ? editor : load(request, ...rest));

const timed = async (run) => {
  const start = performance.now();
  const result = await run();
  return { milliseconds: performance.now() - start, result };
};

const activation = await timed(() =>
  require(extension).activate({
    subscriptions: [],
    extensionPath: path.join(path.dirname(extension), '..'),
    extensionUri: Uri.file('/'),
    globalStorageUri: Uri.file(storage),
    extension: { packageJSON: { version: '0' } },
    workspaceState: anything,
    globalState: anything,
    environmentVariableCollection: anything,
  }),
);
await sleep(Number(wait));
const hovers = [];
for (const text of documents) {
  const document = {
    languageId: 'python',
    uri: Uri.file(path.join(folder, 'train.py')),
    getText: () => text,
    offsetAt: (at) => at,
    positionAt: (at) => at,
  };
  // As the editor does, all of them are asked.
  const { milliseconds, result } = await timed(async () => {
    const place = text.indexOf('"') + 3;
    const found = await Promise.all(providers.map((each) => each.provideHover(document, place)));
    return found.find((each) => each !== undefined);
  });
  hovers.push({ milliseconds, text: result?.contents.value ?? '' });
}
console.log(JSON.stringify({ activation: activation.milliseconds, hovers }));
process.exit(0);

import Module from 'node:module';
import path from 'node:path';

// Stands in for the editor in unit tests of what talks to it: import this file first, then what is tested.

/** A message that was shown, with the buttons it had. */
export interface Shown {
  readonly severity: 'information' | 'warning' | 'error';
  readonly text: string;
  readonly buttons: readonly string[];
  readonly modal: boolean;
  /** What a modal one says below. */
  readonly detail?: string | undefined;
}

/** A list that was offered. */
export interface Offered {
  readonly title: string | undefined;
  readonly items: readonly { readonly label: string; readonly description?: string }[];
}

/** A terminal that was opened, and what it showed. */
interface Terminal {
  readonly name: string;
  text: string;
  /** Typed by the person. */
  type(text: string): void;
}

interface Pseudoterminal {
  readonly onDidWrite: (listener: (text: string) => void) => unknown;
  open(): void;
  handleInput(text: string): void;
}

interface InputOptions {
  readonly value?: string;
  readonly validateInput?: (text: string) => string | undefined;
}

interface Fake {
  shown: Shown[];
  offered: Offered[];
  executed: { readonly command: string; readonly args: readonly unknown[] }[];
  clipboard: string;
  folders: string[];
  /** The button pressed for a message, the row picked of a list; none unless a test says so. */
  press: (shown: Shown) => string | undefined;
  pick: (offered: Offered) => string | undefined;
  /** What `workspace.fs` holds, by URI. */
  remote: Map<string, Uint8Array>;
  /** The tabs on screen. */
  tabs: unknown[];
  /** Files that `findFiles` finds. */
  found: string[];
  /** Who hears of files that come and go. */
  watched: {
    readonly glob: unknown;
    readonly what: 'created' | 'deleted';
    readonly heard: (uri: Uri) => unknown;
  }[];
  isTrusted: boolean;
  /** The other extensions, by their ids. */
  extensions: Record<string, unknown>;
  terminals: Terminal[];
  /** The editor's settings, without their section. */
  settings: Record<string, unknown>;
  input: (options: InputOptions) => string | undefined;
  /** Of the active text editor. */
  text: string;
  /** Files that were opened, with the line that was shown, counted from 0. */
  opened: { readonly file: string; readonly line: number | undefined }[];
}

/** What happened, and what the person at the editor would do. */
export const fake: Fake = {
  shown: [],
  offered: [],
  executed: [],
  clipboard: '',
  folders: [],
  press: () => undefined,
  pick: () => undefined,
  remote: new Map(),
  tabs: [],
  found: [],
  watched: [],
  isTrusted: true,
  extensions: {},
  terminals: [],
  settings: {},
  input: () => undefined,
  text: '',
  opened: [],
};

/** Forgets everything, between tests. */
export function resetFake(): void {
  Object.assign(fake, {
    shown: [],
    offered: [],
    executed: [],
    clipboard: '',
    folders: [],
    press: () => undefined,
    pick: () => undefined,
    remote: new Map(),
    tabs: [],
    found: [],
    watched: [],
    isTrusted: true,
    extensions: {},
    terminals: [],
    settings: {},
    input: () => undefined,
    text: '',
    opened: [],
  });
}

class Uri {
  constructor(
    readonly scheme: string,
    readonly path: string,
    readonly query = '',
  ) {}
  static file(file: string): Uri {
    return new Uri('file', file);
  }
  static from({ scheme, path: of, query }: { scheme: string; path: string; query?: string }): Uri {
    return new Uri(scheme, of, query);
  }
  static joinPath(base: Uri, ...parts: string[]): Uri {
    return new Uri(base.scheme, path.posix.join(base.path, ...parts), base.query);
  }
  get fsPath(): string {
    return this.path;
  }
  toString(): string {
    return `${this.scheme}:${this.path}${this.query === '' ? '' : `?${this.query}`}`;
  }
}

class EventEmitter<T> {
  private readonly listeners = new Set<(event: T) => void>();
  readonly event = (listener: (event: T) => void) => {
    this.listeners.add(listener);
    return { dispose: () => this.listeners.delete(listener) };
  };
  fire(event: T): void {
    for (const listener of this.listeners) listener(event);
  }
  dispose(): void {
    this.listeners.clear();
  }
}

class TabInputCustom {
  constructor(
    readonly uri: Uri,
    readonly viewType: string,
  ) {}
}

class ThemeIcon {
  static readonly Folder = new ThemeIcon('folder');
  constructor(
    readonly id: string,
    readonly color?: unknown,
  ) {}
}
class ThemeColor {
  constructor(readonly id: string) {}
}
class TreeItem {
  constructor(
    readonly label: string,
    readonly collapsibleState?: number,
  ) {}
}
class RelativePattern {
  constructor(
    readonly base: unknown,
    readonly pattern: string,
  ) {}
}

class Position {
  constructor(
    readonly line: number,
    readonly character: number,
  ) {}
}
class Range {
  constructor(
    readonly start: unknown,
    readonly end: unknown,
  ) {}
}
class InlayHint {
  constructor(
    readonly position: unknown,
    readonly label: unknown,
  ) {}
}
class CodeLens {
  constructor(
    readonly range: unknown,
    readonly command: unknown,
  ) {}
}
class Hover {
  constructor(
    readonly contents: unknown,
    readonly range: unknown,
  ) {}
}

class MarkdownString {
  isTrusted: unknown;
  constructor(public value = '') {}
  appendText(text: string): this {
    this.value += text;
    return this;
  }
  appendMarkdown(text: string): this {
    this.value += text;
    return this;
  }
}

/** `vscode.l10n.t`: fills in the places. */
const t = (text: string, ...values: unknown[]): string =>
  text.replace(/\{(\d+)\}/g, (_, place: string) => String(values[Number(place)]));

const message =
  (severity: Shown['severity']) =>
  (text: string, ...rest: (string | { modal?: boolean; detail?: string })[]) => {
    const options = rest.find((each) => typeof each === 'object' && 'modal' in each) as
      { detail?: string } | undefined;
    const buttons = rest.filter((each): each is string => typeof each === 'string');
    const detail = options?.detail;
    const shown = {
      severity,
      text,
      buttons,
      modal: options !== undefined,
      ...(detail === undefined ? {} : { detail }),
    };
    fake.shown.push(shown);
    return Promise.resolve(fake.press(shown));
  };

const nothing = { dispose: () => undefined };

type Heard = (uri: Uri) => unknown;

const watcher = (glob: unknown) => ({
  onDidChange: () => nothing,
  onDidCreate: (heard: Heard) => void fake.watched.push({ glob, what: 'created', heard }),
  onDidDelete: (heard: Heard) => void fake.watched.push({ glob, what: 'deleted', heard }),
  dispose: () => undefined,
});

const editor = {
  Uri,
  EventEmitter,
  TabInputCustom,
  ThemeIcon,
  ThemeColor,
  TreeItem,
  RelativePattern,
  Position,
  Range,
  InlayHint,
  CodeLens,
  Hover,
  MarkdownString,
  extensions: { getExtension: (id: string) => fake.extensions[id] },
  ProgressLocation: { Window: 10 },
  StatusBarAlignment: { Left: 1 },
  ViewColumn: { Beside: -2, One: 1 },
  TreeItemCollapsibleState: { None: 0, Collapsed: 1, Expanded: 2 },
  QuickPickItemKind: { Separator: -1 },
  ColorThemeKind: { Light: 1, Dark: 2, HighContrast: 3, HighContrastLight: 4 },
  l10n: { t },
  env: { clipboard: { writeText: (text: string) => Promise.resolve(void (fake.clipboard = text)) } },
  commands: {
    executeCommand: (command: string, ...args: unknown[]) =>
      Promise.resolve(void fake.executed.push({ command, args })),
  },
  window: {
    showErrorMessage: message('error'),
    showWarningMessage: message('warning'),
    showInformationMessage: message('information'),
    setStatusBarMessage: () => nothing,
    withProgress: (_: unknown, task: () => unknown) => task(),
    showQuickPick: async (given: unknown, options?: { title?: string }) => {
      const items = (await given) as Offered['items'];
      const offered = { title: options?.title, items };
      fake.offered.push(offered);
      const wanted = fake.pick(offered);
      return wanted === undefined ? undefined : items.find(({ label }) => label.includes(wanted));
    },
    terminals: [],
    createTerminal: ({ name, pty }: { name: string; pty: Pseudoterminal }) => {
      const terminal = { name, text: '', type: (text: string) => pty.handleInput(text) };
      pty.onDidWrite((text) => (terminal.text += text));
      fake.terminals.push(terminal);
      return { name, show: () => pty.open() };
    },
    showTextDocument: (uri: Uri, options?: { selection?: { start?: { line?: number } } }) =>
      Promise.resolve(void fake.opened.push({ file: uri.fsPath, line: options?.selection?.start?.line })),
    showInputBox: (options: InputOptions) => Promise.resolve(fake.input(options)),
    get activeTextEditor() {
      return { document: { getText: () => fake.text } };
    },
    createStatusBarItem: () => ({ show: () => undefined, hide: () => undefined, dispose: () => undefined }),
    activeColorTheme: { kind: 2 },
    tabGroups: {
      get all() {
        return fake.tabs.map((input) => ({ activeTab: { input } }));
      },
    },
  },
  workspace: {
    get workspaceFolders() {
      return fake.folders.length === 0
        ? undefined
        : fake.folders.map((folder) => ({ uri: Uri.file(folder) }));
    },
    getWorkspaceFolder: (uri: Uri) => {
      const folder = fake.folders.find((each) => uri.fsPath.startsWith(each + path.sep));
      return folder === undefined ? undefined : { uri: Uri.file(folder) };
    },
    getConfiguration: () => ({
      get: (key: string, otherwise?: unknown) => fake.settings[key] ?? otherwise,
      inspect: () => undefined,
    }),
    asRelativePath: (file: string | Uri) => {
      const whole = typeof file === 'string' ? file : file.fsPath;
      const folder = fake.folders.find((each) => whole.startsWith(each + path.sep));
      return folder === undefined ? whole : path.relative(folder, whole);
    },
    findFiles: () => Promise.resolve(fake.found.map((file) => Uri.file(file))),
    createFileSystemWatcher: watcher,
    onDidChangeConfiguration: () => nothing,
    get isTrusted() {
      return fake.isTrusted;
    },
    fs: {
      stat: (uri: Uri) => {
        const bytes = fake.remote.get(uri.toString());
        return bytes ? Promise.resolve({ size: bytes.length }) : Promise.reject(new Error('FileNotFound'));
      },
      readFile: (uri: Uri) => {
        const bytes = fake.remote.get(uri.toString());
        return bytes ? Promise.resolve(bytes) : Promise.reject(new Error('FileNotFound'));
      },
    },
  },
};

interface Loader {
  _load(request: string, ...rest: unknown[]): unknown;
}
const loader = Module as unknown as Loader;
const usual = loader._load.bind(loader);
loader._load = (request, ...rest) => (request === 'vscode' ? editor : usual(request, ...rest));

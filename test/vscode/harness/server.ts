import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execute } from './install';
import { runMarker, sessionProcesses } from './processes';
import { workspaceTemplate } from './paths';
import { quietSettings, type Settings } from './quiet-settings';

const running = new Set<Server>();
const folders = new Set<string>();

// Also after Ctrl-C and a run that took too long, which cannot wait for anything.
process.on('exit', () => {
  for (const server of running) server.kill('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

async function temporaryFolder(name: string): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), `landscape-${name}-`));
  folders.add(folder);
  return folder;
}

/** A VS Code server with folders of its own: user data, extensions, home, and a copy of the workspace. */
export class Server {
  private constructor(
    readonly session: string,
    readonly folder: string,
    readonly port: number,
    private readonly child: ChildProcess,
  ) {}

  /**
   * Starts the server and waits for its port.
   * @param extensions folder of installed extensions (see `installVsix`), else an empty one
   */
  static async start(
    serverMain: string,
    options: { extensions?: string; settings?: Settings; workspace?: string; env?: NodeJS.ProcessEnv } = {},
  ): Promise<Server> {
    const folder = await temporaryFolder('vscode');
    const at = (name: string) => path.join(folder, name);
    await mkdir(at('home'));
    await mkdir(at('ud/User'), { recursive: true });
    await cp(options.workspace ?? workspaceTemplate, at('workspace'), { recursive: true });
    await writeFile(at('ud/User/settings.json'), JSON.stringify({ ...quietSettings, ...options.settings }));

    const session = randomUUID();
    const child = spawn(
      process.execPath,
      [
        serverMain,
        ...[
          '--host',
          '127.0.0.1',
          '--port',
          '0',
          '--without-connection-token',
          '--accept-server-license-terms',
        ],
        ...['--telemetry-level', 'off', '--disable-workspace-trust', '--disable-getting-started-override'],
        ...['--server-data-dir', at('sd'), '--user-data-dir', at('ud')],
        ...['--extensions-dir', options.extensions ?? at('ext')],
      ],
      {
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: environment(session, at('home'), options.env),
      },
    );
    const port = await listeningPort(child, at('server.log'));
    const server = new Server(session, folder, port, child);
    running.add(server);
    return server;
  }

  get workspace(): string {
    return path.join(this.folder, 'workspace');
  }

  /** The address of the workspace in the browser; `payload` as VS Code for the web takes it. */
  url(payload: string[][] = []): string {
    const folder = `http://127.0.0.1:${this.port}/?folder=${encodeURIComponent(this.workspace)}`;
    return payload.length === 0 ? folder : `${folder}&payload=${encodeURIComponent(JSON.stringify(payload))}`;
  }

  /** A path of this machine as the browser's side names it. */
  remote(file: string): string {
    return `vscode-remote://127.0.0.1:${this.port}${file}`;
  }

  /** Changes settings of the workspace; the open editor follows (it watches these, not the user's). */
  async set(settings: Settings): Promise<void> {
    const file = path.join(this.workspace, '.vscode', 'settings.json');
    const present = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Settings) : {};
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, JSON.stringify({ ...present, ...settings }));
  }

  /** Signals the server's whole process group, and whatever of the session left the group. */
  kill(signal: NodeJS.Signals): void {
    for (const pid of [
      -(this.child.pid ?? 0),
      ...sessionProcesses(this.session).map((process) => process.pid),
    ]) {
      try {
        process.kill(pid, signal);
      } catch {
        // Already ended.
      }
    }
  }

  async stop(): Promise<void> {
    this.kill('SIGTERM');
    for (let waited = 0; waited < 40 && sessionProcesses(this.session).length > 0; waited++) await sleep(50);
    this.kill('SIGKILL');
    running.delete(this);
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    folders.delete(this.folder);
  }
}

function environment(session: string, home: string, extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const inherited = { ...process.env };
  for (const name of Object.keys(inherited)) {
    if (/^(npm_|VSCODE_|ELECTRON_|NODE_OPTIONS$)/.test(name)) delete inherited[name];
  }
  return { ...inherited, HOME: home, EXTENSIONS_GALLERY: '{}', [runMarker]: session, ...extra };
}

/** Resolves with the port; keeps draining both pipes into a file for as long as the server lives. */
function listeningPort(child: ChildProcess, log: string): Promise<number> {
  return new Promise((resolve, reject) => {
    let output = '';
    const timer = setTimeout(() => reject(new Error(`the VS Code server gave no port:\n${output}`)), 30_000);
    const read = (chunk: Buffer) => {
      // The folder may be gone while a last line arrives.
      try {
        appendFileSync(log, chunk);
      } catch {
        return;
      }
      if (output.length > 20_000) return;
      output += chunk.toString();
      const port = /Extension host agent listening on (\d+)/.exec(output)?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      resolve(Number(port));
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.on('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`the VS Code server ended with ${code}:\n${output}`));
    });
  });
}

/** Installs a VSIX by VS Code's own installer and returns the folder of extensions to start servers with. */
export async function installVsix(serverMain: string, vsix: string): Promise<string> {
  const folder = await temporaryFolder('extensions');
  const directories = [
    '--extensions-dir',
    path.join(folder, 'ext'),
    '--server-data-dir',
    path.join(folder, 'sd'),
  ];
  const install = ['--install-extension', vsix, '--accept-server-license-terms', '--telemetry-level', 'off'];
  await execute(process.execPath, [serverMain, ...directories, ...install], folder);
  return path.join(folder, 'ext');
}

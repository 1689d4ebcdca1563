import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';
import { cache, testRoot } from './paths';

/** A VS Code server and a Chromium, both from npm packages, unpacked and ready to run. */
export interface Installed {
  /** Run by Node: the server of VS Code. */
  serverMain: string;
  /** `chromium/chromium` with `chromium/lib` and `chromium/fonts` beside it. */
  chromium: string;
}

const recipe = path.join(testRoot, 'server');
const stamp = 'complete';
/** Raise it when the steps below change, so that older caches are made anew. */
const recipeVersion = 3;

/**
 * Installs the server and the browser into `.cache/vscode`, once for each lockfile. The work is done in a
 * folder of its own that is renamed when complete, so an interrupted install leaves nothing that looks whole.
 */
export async function install(): Promise<Installed> {
  const lockfile = await readFile(path.join(recipe, 'package-lock.json'));
  const key = createHash('sha256').update(lockfile).update(`${recipeVersion}`).digest('hex').slice(0, 12);
  const target = path.join(cache, `server-${key}`);
  if (!existsSync(path.join(target, stamp))) {
    await mkdir(cache, { recursive: true });
    const making = await mkdtemp(path.join(cache, 'installing-'));
    try {
      await make(making);
      await rename(making, target).catch((error: unknown) => {
        // Another run was quicker: its folder serves as well.
        if (!existsSync(path.join(target, stamp))) throw error;
      });
    } finally {
      await rm(making, { recursive: true, force: true });
    }
    await removeOlder(target);
  }
  return {
    serverMain: path.join(serverFolder(target), 'out', 'server-main.js'),
    chromium: path.join(target, 'chromium', 'chromium'),
  };
}

async function make(folder: string): Promise<void> {
  const started = Date.now();
  for (const name of ['package.json', 'package-lock.json', '.npmrc']) {
    await cp(path.join(recipe, name), path.join(folder, name));
  }
  console.log('installing the VS Code server from npm (code-server, about 320 MB, once)');
  await npm(folder, ['ci']);
  // Its own postinstall would do this, but also fetch binaries from elsewhere.
  const server = serverFolder(folder);
  await npm(folder, ['--prefix', server, 'install', '--omit=dev', '--ignore-scripts']);
  // Without ripgrep workspace.findFiles finds nothing.
  const bin = path.join(server, 'node_modules', '@vscode', 'ripgrep', 'bin');
  await mkdir(bin, { recursive: true });
  await cp(
    path.join(folder, 'node_modules', '@vscode', 'ripgrep-linux-x64', 'bin', 'rg'),
    path.join(bin, 'rg'),
  );
  const spdlog = path.join(server, 'node_modules', '@vscode', 'spdlog', 'index.js');
  await cp(path.join(recipe, 'spdlog.js'), spdlog);

  console.log('unpacking the browser (@sparticuz/chromium)');
  const browser = path.join(folder, 'chromium');
  await mkdir(browser);
  const packed = path.join(folder, 'node_modules', '@sparticuz', 'chromium', 'bin');
  const binary = await unbrotli(path.join(packed, 'chromium.br'));
  await writeFile(path.join(browser, 'chromium'), binary, { mode: 0o755 });
  for (const archive of ['al2023.tar.br', 'fonts.tar.br', 'swiftshader.tar.br']) {
    await untar(await unbrotli(path.join(packed, archive)), browser);
  }
  await writeFile(path.join(browser, 'fonts.conf'), fontsConfiguration);
  await rm(packed, { recursive: true });
  await writeFile(path.join(folder, stamp), new Date().toISOString());
  console.log(`installed in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

/** The package's own file names folders of a cloud machine. A machine's own fonts are used beside the packed one. */
const fontsConfiguration = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
  <alias><family>system-ui</family><prefer><family>Open Sans</family></prefer></alias>
  <alias><family>sans-serif</family><prefer><family>Open Sans</family></prefer></alias>
  <alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
</fontconfig>
`;

function serverFolder(folder: string): string {
  return path.join(folder, 'node_modules', 'code-server', 'lib', 'vscode');
}

/** Installs of other lockfiles, and what an interrupted install left (an hour old, so that nobody works on it). */
async function removeOlder(current: string): Promise<void> {
  for (const name of await readdir(cache)) {
    const folder = path.join(cache, name);
    const abandoned = name.startsWith('installing-') && Date.now() - (await stat(folder)).mtimeMs > 3_600_000;
    const outdated = name.startsWith('server-') && folder !== current;
    if (abandoned || outdated) await rm(folder, { recursive: true, force: true });
  }
}

async function unbrotli(file: string): Promise<Buffer> {
  return promisify(brotliDecompress)(await readFile(file));
}

/** The npm that runs this script where there is one, else the one on the path. */
function npm(cwd: string, args: string[]): Promise<void> {
  const script = process.env['npm_execpath'];
  const viaNode = script !== undefined && /npm-cli\.js$/.test(script);
  const quiet = [...args, '--no-audit', '--no-fund', '--loglevel=error'];
  return viaNode ? execute(process.execPath, [script, ...quiet], cwd) : execute('npm', quiet, cwd);
}

function untar(archive: Buffer, into: string): Promise<void> {
  return execute('tar', ['-x', '--no-same-owner', '-C', into], into, archive);
}

/** Runs a command to its end; its output appears only when it fails. */
export function execute(command: string, args: string[], cwd: string, input?: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: ['pipe', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${command} ${args.join(' ')} ended with ${code}:\n${output.slice(-4000)}`));
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

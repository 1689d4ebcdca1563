import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** `test/vscode`, wherever the repository is checked out. */
export const testRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
/** The repository, which is also the extension's folder when it runs from source. */
export const repository = path.resolve(testRoot, '../..');
/** Outside git: the server, the browser. */
export const cache = path.join(repository, '.cache', 'vscode');
/** The folder that every session copies and opens. */
export const workspaceTemplate = path.join(testRoot, 'workspace');
export const screenshots = path.join(repository, 'out', 'screenshots');
/** What the extension host loads as its tests, made by `bundleSuite`. */
export const suiteEntry = path.join(repository, 'out', 'test', 'suite', 'index.js');

interface Command {
  command: string;
  title: string;
}

export interface Manifest {
  name: string;
  publisher: string;
  contributes: {
    commands: Command[];
    customEditors?: { viewType: string; displayName: string }[];
  };
}

/** The extension's `package.json` with the titles of `package.nls.json` in place. */
export function readManifest(): Manifest {
  const manifest = readFileSync(path.join(repository, 'package.json'), 'utf8');
  let titles: Record<string, string> = {};
  try {
    titles = JSON.parse(readFileSync(path.join(repository, 'package.nls.json'), 'utf8')) as typeof titles;
  } catch {
    // Titles then stand in package.json itself.
  }
  const filled = manifest.replace(/"%([\w.-]+)%"/g, (whole, key: string) =>
    titles[key] === undefined ? whole : JSON.stringify(titles[key]),
  );
  return JSON.parse(filled) as Manifest;
}

export function extensionId(): string {
  const { publisher, name } = readManifest();
  return `${publisher}.${name}`;
}

/** The title that menus show for a command of ours. */
export function commandTitle(command: string): string {
  const found = readManifest().contributes.commands.find((entry) => entry.command === command);
  if (found === undefined) throw new Error(`package.json declares no command ${command}`);
  return found.title;
}

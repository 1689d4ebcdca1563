import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import Module from 'node:module';
import * as vscode from 'vscode';
import { engineProcesses, runMarker } from '../harness/processes';
import { extension, type Manifest } from './extension';

const manifest = extension.packageJSON as Manifest;

describe('activation', () => {
  it('registers and no more: nothing of the engine is loaded', async () => {
    await extension.activate();
    assert.ok(extension.isActive);
    const loaded = Object.keys((Module as unknown as { _cache: Record<string, unknown> })._cache);
    const heavy = loaded.filter((file) => /dist[\\/](engine|lane)\.js$|onnxruntime|tfjs|h5wasm/.test(file));
    assert.deepEqual(heavy, []);
    const session = process.env[runMarker];
    if (session !== undefined) assert.deepEqual(engineProcesses(session), { engines: [], lanes: [] });
  });

  it('reads a bundle of less than 400 KB', () => {
    const bundle = vscode.Uri.joinPath(extension.extensionUri, 'dist', 'extension.js').fsPath;
    assert.ok(statSync(bundle).size < 400_000);
  });

  it('registers every declared command', async () => {
    const registered = new Set(await vscode.commands.getCommands(true));
    const declared = manifest.contributes.commands.map((entry) => entry.command);
    assert.ok(declared.includes('landscape.analyze'));
    assert.deepEqual(
      declared.filter((command) => !registered.has(command)),
      [],
    );
  });
});

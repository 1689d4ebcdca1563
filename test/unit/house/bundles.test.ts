import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { compileFunction } from 'node:vm';

const dist = fileURLToPath(new URL('../../../dist/', import.meta.url));
const bundle = (name: string) => readFileSync(dist + name, 'utf8');

describe('the bundles', { skip: existsSync(dist) ? false : 'not built' }, () => {
  it('leaves the extension a function that activates it', () => {
    const module = { exports: {} as Record<string, unknown> };
    const load = createRequire(path.join(dist, 'extension.js'));
    // Of the editor nothing has to work before that function is called, but classes are derived from its own.
    const itself = { get: () => editor, getPrototypeOf: () => editor, apply: () => editor };
    const editor: object = new Proxy(function () {}, itself);
    const required = (name: string): unknown => (name === 'vscode' ? editor : load(name));
    const body = compileFunction(bundle('extension.js'), ['module', 'exports', 'require', '__filename']);
    (body as (...given: unknown[]) => void)(
      module,
      module.exports,
      required,
      path.join(dist, 'extension.js'),
    );
    assert.deepEqual(Object.keys(module.exports), ['activate']);
    assert.equal((module.exports['activate'] as () => void).length, 1);
  });

  it('keeps the libraries that compute in the lanes', () => {
    assert.match(bundle('lane.js'), /registerKernel/);
    assert.doesNotMatch(bundle('engine.js'), /registerKernel/);
  });

  it('keeps the library of HDF5 out of what every start of the engine parses', () => {
    assert.match(bundle('hdf5.js'), /H5Fopen/);
    assert.ok(bundle('engine.js').length < 4e6);
  });

  it('keeps validation out of the panel', () => {
    assert.match(bundle('engine.js'), /ZodError/);
    assert.doesNotMatch(bundle('webview/main.js'), /ZodError|safeParse/);
  });

  it('keeps the surface out of what every panel parses, in less than 80 kB of its own', () => {
    const surface = bundle('webview/relief.js');
    assert.match(surface, /#version 300 es/);
    assert.ok(surface.length < 80_000, String(surface.length));
    assert.doesNotMatch(bundle('webview/main.js'), /#version 300 es|webgl2/);
  });
});

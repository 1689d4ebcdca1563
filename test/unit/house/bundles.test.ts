import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const dist = fileURLToPath(new URL('../../../dist/', import.meta.url));
const bundle = (name: string) => readFileSync(dist + name, 'utf8');

describe('the bundles', { skip: existsSync(dist) ? false : 'not built' }, () => {
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

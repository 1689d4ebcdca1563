import assert from 'node:assert/strict';
import type { Backend } from '../../src/backends/backend';
import { ReferenceBackend } from '../../src/backends/reference/reference';
import { type Build, curvatureProgram } from './curvature-programs';

/** Holds a network's loss, gradient and so many products by a backend against the reference, and a second run against the first. */
export async function networkAgrees(backend: Backend, build: Build, vectors: number): Promise<void> {
  const { program, feeds } = curvatureProgram(build, vectors);
  const executable = await backend.compile(program);
  const reference = await new ReferenceBackend().compile(program);
  const [actual, expected] = [await executable.run(feeds), await reference.run(feeds)];
  const again = await executable.run(feeds);
  await executable.dispose();
  program.outputs.forEach(({ name: output }, i) => {
    const scale = Math.max(...Array.from(expected[i], Math.abs));
    const off = Math.max(...Array.from(expected[i], (value, j) => Math.abs(value - actual[i][j])));
    assert.ok(off <= 1e-5 * scale, `${output}: ${off} of ${scale}`);
    assert.deepEqual(again[i], actual[i], 'a second run gives the same digits');
  });
}

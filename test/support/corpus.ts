import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { type AnalyzeRequest, analyzeRequestSchema } from '../../src/contract/settings';

export const corpus = (...parts: string[]) => join(__dirname, '../corpus', ...parts);
export const example = (...parts: string[]) => join(__dirname, '../../media/example', ...parts);

/** A folder of its own for a test, removed when the file's tests have ended. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'landscape-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Loss, gradient and the largest eigenvalue of a checkpoint of the corpus, and nothing that takes longer. */
export const quickRequest = (
  checkpoint: string,
  data: string,
  more: Partial<AnalyzeRequest> = {},
): AnalyzeRequest =>
  analyzeRequestSchema.parse({
    checkpoint,
    data,
    top: 1,
    layers: 'off',
    trace: false,
    density: false,
    slices: false,
    ...more,
  });

/**
 * A copy of the TensorFlow.js network in the corpus with its weights changed: `change` gets each weight's name and
 * its values to write into. Gives the path of its model.json.
 */
export function changedNetwork(change: (name: string, values: Float32Array) => void): string {
  const folder = temporaryFolder();
  cpSync(corpus('tfjs/cnn-digits'), folder, { recursive: true });
  const { weightsManifest } = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8')) as {
    weightsManifest: { weights: { name: string; shape: number[] }[] }[];
  };
  const all = new Float32Array(Uint8Array.from(readFileSync(join(folder, 'weights.bin'))).buffer);
  let at = 0;
  for (const { name, shape } of weightsManifest[0].weights) {
    const size = shape.reduce((product, extent) => product * extent, 1);
    change(name, all.subarray(at, at + size));
    at += size;
  }
  writeFileSync(join(folder, 'weights.bin'), new Uint8Array(all.buffer));
  return join(folder, 'model.json');
}

import { type Random, random } from '../../src/core/random';
import type { Split } from '../../src/objective/data/split';

/** Share of rows with a random label: without them training ends where the loss, and all curvature, vanishes. */
const MISLABELLED = 0.2;

/** Rows of seeded inputs, each with its class. */
function rowsOf(
  rows: number,
  shape: readonly number[],
  classes: number,
  draw: (label: number, row: Float32Array, stream: Random) => void,
): Split {
  const stream = random(11);
  const width = shape.reduce((product, extent) => product * extent, 1);
  const inputs = new Float32Array(rows * width);
  const labels = new Int32Array(rows);
  for (let i = 0; i < rows; i++) {
    const label = Math.floor(stream.uniform() * classes);
    draw(label, inputs.subarray(i * width, (i + 1) * width), stream);
    labels[i] = stream.uniform() < MISLABELLED ? Math.floor(stream.uniform() * classes) : label;
  }
  return { rows, inputs: [{ shape, data: inputs }], labels: { shape: [], data: labels } };
}

/** A cloud around a centre for each class. */
export function blobs(rows: number, width: number, classes: number): Split {
  const stream = random(12);
  const centres = Array.from({ length: classes * width }, () => stream.normal());
  return rowsOf(rows, [width], classes, (label, row, noise) => {
    for (let i = 0; i < width; i++) row[i] = 0.5 * centres[label * width + i] + noise.normal();
  });
}

/** Sequences [length, width] of sine waves: the class is the frequency; every channel has its own phase. */
export function waves(rows: number, length: number, width: number, classes: number): Split {
  return rowsOf(rows, [length, width], classes, (label, row, stream) => {
    for (let channel = 0; channel < width; channel++) {
      const phase = 2 * Math.PI * stream.uniform();
      for (let step = 0; step < length; step++)
        row[step * width + channel] = Math.sin(0.1 * (label + 1) * step + phase) + 0.5 * stream.normal();
    }
  });
}

import type { SharpnessPlace } from '../../../src/contract/sharpness-map';
import { squareSpiral } from '../../../src/analysis/surface/square-spiral';
import { Lattice } from '../../../src/analysis/surface/lattice';
import { levelsFor } from '../../../src/analysis/surface/levels';
import type { Along, Average } from '../../../src/contract/path';
import { type Picture, type Surface, surfaceChoicesSchema } from '../../../src/contract/surface';
import { sampleReport } from '../../support/sample-report';

/** A landscape of two wells with a wall at one corner, as a job would draw it. */
export function sampleSurface(pictures = 1): Surface {
  const lattice = new Lattice(1);
  const loss = (x: number, y: number) =>
    x + y > 1.8 ? NaN : 0.1 + 4 * (x * x - 0.25) ** 2 + y * y + 0.1 * x;
  const nodes = Array.from({ length: lattice.side ** 2 }, (_, node) => node);
  const train = nodes.map((node) => {
    const [x, y] = lattice.place(node);
    const value = loss(2 * x - 1, 2 * y - 1);
    return Number.isFinite(value) ? value : null;
  });
  const found = train.filter((value): value is number => value !== null);
  const { kind, values, offset } = levelsFor(found, 0.01);
  const { settings, checkpoint, loss: measured } = sampleReport();
  const axis = (label: string) => ({ label, from: -1, to: 1 });
  const mark = (label: string, x: number, off: number) => ({
    label,
    path: `/runs/${label}`,
    at: [x, 0.1] as [number, number],
    distance: off,
    loss: 0.3,
    lossOnPlane: 0.2,
    off,
  });
  return {
    schemaVersion: 1,
    kind: 'surface',
    status: 'complete',
    createdAt: '2026-01-01T00:00:00.000Z',
    title: 'Landscape around small-batch/epoch-020.keras',
    choices: surfaceChoicesSchema.parse({}),
    settings,
    levels: { kind, values: [...values], offset },
    pictures: Array.from({ length: pictures }, (_, i) => ({
      label: `small-batch/epoch-0${i}0.keras`,
      checkpoint,
      axes: [axis('v1'), axis('v2')],
      cosine: 0,
      centre: measured!,
      quadratic: { loss: 0.35, slopes: [0.1, 0], curvatures: [3, 0.2, 2], trusted: 0.3 },
      side: lattice.side,
      loss: { train, test: train.map((value) => value && value * 1.3) },
      accuracy: { train: train.map((value) => value && 1 / (1 + value)) },
      measured: nodes.filter((node) => node % 2 === 0),
      unresolved: nodes.slice(-12),
      error: { bound: 0.6, seen: 0.2, places: 40 },
      basins: [
        { at: [-0.5, 0], low: 0.05 },
        { at: [0.5, 0], low: 0.15, saddle: [0, 0], high: 0.35, into: 0 },
      ],
      marks: [
        mark('epoch-010.keras', -0.8, 0),
        mark('epoch-015.keras', -0.2, 2),
        mark('epoch-020.keras', 0.4, 0),
      ],
    })),
    findings: ['The Hessian tells the loss to a level up to a distance of 0.3 from the middle.'],
    notes: [],
    cost: { evaluations: 189, seconds: 8.1 },
  };
}

/** A picture with a map of sharpness in the making: one place overflows, one did not converge, two are still to come. */
export function withMap(picture: Picture): Picture {
  const side = 5;
  const places = squareSpiral(side)
    .slice(0, -2)
    .map((node, i): SharpnessPlace => {
      if (i === 20) return { node, gradientNorm: null, largest: null };
      return {
        node,
        gradientNorm: { value: 0.2 + i, overRows: { value: 0.1 + i, standardError: 0.15 } },
        largest: { value: 2.94 + i / 2, errorBound: 0.0006, converged: i !== 7, heldFixed: 0.31 },
      };
    });
  return { ...picture, sharpness: { side, places } };
}

/** The marks of a picture as the paths of two runs from one start, with everything that is known of paths. */
export function withPaths(picture: Picture, names: readonly [string, string]): Picture {
  const [start, ...others] = picture.marks;
  const marks = [
    ...picture.marks,
    start,
    ...others.map((mark) => ({ ...mark, at: [mark.at[0], mark.at[1] - 0.6] as [number, number] })),
  ];
  const count = picture.marks.length;
  const along = marks.map((_, i): Along => {
    const step = i % count;
    return {
      fromStart: 3.5 * step,
      fromEnd: 3.5 * (count - 1 - step),
      ...(step === 0 || step === count - 1 ? {} : { angle: 61.5 + i }),
      gradientNorm: { value: 0.9 / (i + 1), standardError: 0.1 },
      largest: { value: 4.1837 + i, errorBound: 0.002, converged: true },
      trace: { value: 44.3 - i, standardError: 2.6 },
    };
  });
  const mean = (run: number, last: number, at: Average['at'], loss: number): Average => ({
    ...{ run, last, at, loss, batchNorm: 're-estimated' },
    ...{ distance: 0.4, standardError: 0.01, testLoss: loss + 0.09 },
  });
  return {
    ...picture,
    marks: marks.map((mark, i) => ({ ...mark, epoch: 5 * (i % count) })),
    path: {
      runs: names.map((label) => ({ label, count })),
      oneStart: true,
      along,
      averages: [mean(0, 2, [0.1, 0.1], 0.22), mean(1, 2, [0.1, -0.5], 0.22)],
      ends: [mean(0, 1, [0.4, 0.1], 0.25), mean(1, 1, [0.4, -0.5], 0.28)],
      between: [
        {
          a: 0,
          b: 1,
          barrier: { value: 0.4, standardError: 0.02, at: 0.5 },
          higher: 0.3,
          batchNorm: 're-estimated',
        },
      ],
    },
  };
}

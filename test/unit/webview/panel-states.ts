import type { Comparison } from '../../../src/contract/comparison';
import type { PanelState } from '../../../src/contract/panel-protocol';
import type { ShownFile, ShownTensor } from '../../../src/contract/contents';
import type { Surface } from '../../../src/contract/surface';
import type { Measure, Report, Slice } from '../../../src/contract/report';
import { MEASURES } from '../../../src/contract/measures';
import { eigenvalue, estimate, lossPoint, sampleReport } from '../../support/sample-report';
import { sampleSurface, withMap, withPaths } from './sample-surface';
import { sampleWatch } from './sample-watch';
import { sampleSpectrum } from './sample-spectrum';

// States of the panel that hold everything a page can show, with long names, many digits and hostile text.

const LONG = 'backbone/stage_4/residual_block_12/attention/multi_head_self_attention/query_projection';
export const HOSTILE = '<img src=x onerror="document.title=\'broken\'">&amp;\'"</td>';

const INVARIANT: ReadonlySet<string> = new Set([
  'adaptive-sharpness',
  'adaptive-worst-case',
  'average-sharpness-scaled',
  'pac-bayes-scaled',
  'weight-scaled-trace',
  'fisher-rao',
]);
const SIZES = [47600.8, 0.0373612345, 1.23456e-7, -62510.4, 2.89197];

/** Every measure, with values and errors of every size, one without an error and why. */
function measures(): Measure[] {
  return MEASURES.map((id, i) => ({
    id,
    value: SIZES[i % SIZES.length],
    standardError: i % 6 === 5 ? null : Math.abs(SIZES[i % SIZES.length]) / (2 + 7 * (i % 4)),
    ...(i % 6 === 5 ? { reason: 'no error: the rows that move it most are too few to tell' } : {}),
    settings: {
      operator: 'ggn',
      draws: 200,
      rho: 0.05,
      probes: 64,
      error: i % 2 ? 'over probes' : 'over rows',
    },
    invariant: INVARIANT.has(id),
  }));
}

function slice(kind: Slice['kind'], label: string): Slice {
  const coordinates = Array.from(
    { length: 21 },
    (_, i) => (i - 10) / 40 + (kind === 'interpolation' ? 0.5 : 0),
  );
  const train = coordinates.map((t) => 0.1 + 3 * t * t);
  const test = train.map((value) => value * 1.2);
  const none = train.map((value) => value / 20);
  return {
    kind,
    label,
    coordinates,
    loss: { train, test },
    curvature: 6,
    standardError: { train: none, test: none },
  };
}

const layer = (name: string, i: number): Report['layers'][number] => ({
  name,
  layer: name.slice(0, name.lastIndexOf('/')),
  shape: name.endsWith('bias') ? [64] : [3, 3, 64, 64],
  parameters: 36864,
  norm: 12.345,
  trace: { value: 1234.5 / (i + 1), standardError: 34.2 },
  largest: eigenvalue(345.67 / (i + 1), { errorBound: 0.002 }),
  source: {
    file: 'project/src/very_long_module_name/train_network.py',
    line: 1234,
    kind: 'definition',
    text: 'nn.Conv2d(64, 64, 3)',
    owners: [],
  },
});

/** An analysis with every part. */
export function fullReport(parts: Partial<Report> = {}): Report {
  const trace = { value: 5123.4, standardError: 51.2, probes: 16 };
  return sampleReport({
    gradientNorm: estimate(2.73, 0.31),
    loss: { train: lossPoint(0.0737, 0.977), test: lossPoint(0.182, 0.939) },
    spectrum: { ...sampleSpectrum(), trace },
    beside: [
      { operator: 'ggn', largest: [eigenvalue(99)], trace },
      { operator: 'empirical-fisher', largest: [eigenvalue(47600.8)], trace },
    ],
    layers: [`${LONG}/kernel`, `${LONG}/bias`, 'dense/kernel', 'dense/bias', `${HOSTILE}/kernel`].map(layer),
    measures: measures(),
    slices: [slice('eigenvector', 'v1'), slice('eigenvector', 'v2'), slice('random', 'random direction 1')],
    checks: [
      {
        id: 'gradient',
        label: 'gradient against differences of the loss along four random directions',
        found: 2.1e-5,
        allowed: 1e-3,
        passed: true,
      },
      {
        id: 'symmetry',
        label: 'Hessian-vector products are symmetric',
        found: 3e-6,
        allowed: 1e-4,
        passed: true,
      },
    ],
    notes: [`A note that names ${HOSTILE}.`],
    ...parts,
  });
}

export function stateOf(report: Report, more: Partial<PanelState> = {}): PanelState {
  return {
    view: 'report',
    title: 'model.keras',
    job: { status: 'idle' },
    report,
    summary: undefined,
    stale: [],
    ...more,
  };
}

export function interpolationState(): PanelState {
  const other = {
    path: `/runs/large batch/${LONG}/${HOSTILE}.keras`,
    format: 'keras',
    sha256: 'ef',
    parameters: 2386,
  };
  const line = slice('interpolation', 'line');
  const accuracy = { train: line.coordinates.map(() => 0.9), test: line.coordinates.map(() => 0.8) };
  const report = fullReport({ kind: 'interpolation', other, slices: [{ ...line, accuracy }] });
  return stateOf({ ...report, otherLoss: report.loss, layers: [], measures: [], beside: [] });
}

/** A comparison of so many checkpoints, two epochs a run. */
export function comparisonState(count: number): PanelState {
  const members = Array.from({ length: count }, (_, i) => ({
    label: i === 1 ? HOSTILE : `learning-rate-0.${i}/seed-${i % 3}/epoch-${String(i).padStart(3, '0')}.keras`,
    path: `/runs/${i}.keras`,
    run: `run-${i >> 1}`,
    seed: i % 3,
    epoch: i,
    hyperparameters: { rate: i },
  }));
  const reports = members.map((_, i) =>
    fullReport({ measures: measures().map((m) => ({ ...m, value: m.value * (1 + i / 10) })) }),
  );
  const interval = { low: -0.51, high: 0.77, level: 0.95, over: 'runs' as const, repeats: 1000 };
  const document: Comparison = {
    schemaVersion: 1,
    kind: 'comparison',
    status: 'complete',
    createdAt: '2026-01-01T00:00:00Z',
    title: `${count} checkpoints of ${HOSTILE}`,
    members,
    reports,
    correlations: (['test-loss', 'test-accuracy', 'generalization-gap', 'train-loss'] as const).flatMap(
      (outcome) =>
        MEASURES.slice(0, 6).map((measure) => ({
          measure,
          outcome,
          tau: -0.333,
          interval,
          count,
          granulated: [{ hyperparameter: 'learningRate', tau: 0.4, groups: 3 }],
          note: 'Three runs say little of other runs.',
        })),
    ),
    barriers: members.slice(1).map((_, i) => ({
      a: i,
      b: i + 1,
      raw: { value: 0.12345 * i, at: 0.5 },
      points: 3,
      coordinates: [0, 0.5, 1],
      loss: { raw: [0.1, 0.2 + i, 0.1] },
    })),
    findings: [
      'The function is the same.',
      ...Array.from(
        { length: 7 },
        (_, i) =>
          `Of ${HOSTILE} and another checkpoint ${i} two measures give the order differently, which is a long sentence.`,
      ),
    ],
    notes: [`A note with ${HOSTILE}.`],
    seconds: 95,
  };
  return {
    view: 'document',
    title: 'compare',
    job: { status: 'idle' },
    report: undefined,
    summary: undefined,
    document,
    stale: [],
  };
}

/** One network and the same function rescaled: one measure moves by much, one is of two signs. */
function rescaledState(): PanelState {
  const state = comparisonState(2);
  const document = state.document as Comparison;
  const factors: Record<string, number>[] = [{}, { factor: 5 }];
  const members = document.members.map((member, i) => ({
    ...member,
    ...{ label: i === 0 ? HOSTILE : 'rescaled by 5', path: '/runs/0.keras' },
    hyperparameters: factors[i],
  }));
  const [saved, rescaled] = document.reports;
  const measures = rescaled.measures.map((measure, i) => ({
    ...measure,
    value: i === 1 ? 1e7 * measure.value : i === 2 ? -measure.value : measure.value,
  }));
  const reports = [saved, { ...rescaled, measures }];
  return { ...state, document: { ...document, members, reports, barriers: [] } };
}

const hostileSurface = (pictures: number): Surface => {
  const surface = sampleSurface(pictures);
  return {
    ...surface,
    title: `Landscape around ${HOSTILE}`,
    pictures: surface.pictures.map((picture) => ({
      ...picture,
      label: HOSTILE,
      marks: picture.marks.map((mark) => ({ ...mark, label: HOSTILE })),
    })),
    findings: [...surface.findings, HOSTILE],
  };
};

/** The paths of two runs in one plane, with their figures below. */
function hostilePaths(): Surface {
  const surface = hostileSurface(1);
  return { ...surface, pictures: [withPaths(surface.pictures[0], [LONG, HOSTILE])] };
}

/** Maps of the sharpness of two pictures, still in the making. */
function hostileMaps(): Surface {
  const surface = hostileSurface(2);
  return { ...surface, pictures: surface.pictures.map(withMap) };
}

const surfaceState = (document: Surface): PanelState => ({
  title: 'small-batch',
  view: 'document',
  report: undefined,
  document,
  job: { status: 'idle' },
  summary: undefined,
  stale: [],
});

/** Weights whose network is not known, with everything that is told of tensors. */
function weightsState(): PanelState {
  const long = 'module.transformer.encoder.layers.11.self_attention.multi_head.out_projection';
  const facts = (norm: number, nan: number): ShownTensor['facts'] => ({
    ...{
      seen: 1000,
      norm: { value: norm, standardError: nan },
      mean: { value: -0.00123456, standardError: 0 },
    },
    ...{ least: -12.3456, most: 98765.4, zeros: 0.123, nan, infinite: nan },
  });
  const spectrum = { rows: 64, columns: 576, largest: [12.3456, 3], smallest: 1e-7, stableRank: 12.345 };
  const tensor = (name: string, i: number): ShownTensor => ({
    ...{ name, type: 'bfloat16', shape: [512, 256, 3, 3], count: 1_179_648, facts: facts(47600.8, i) },
    ...(i % 2 === 0 ? { spectrum } : {}),
  });
  const contents: ShownFile = {
    ...{ path: `/runs/${HOSTILE}.pth`, kind: 'PyTorch weights', bytes: 1e9, parameters: 5e6 },
    tensors: [
      ...[`${long}.weight`, `${long}.bias`, 'fc.weight', HOSTILE].map(tensor),
      { name: 'packed', type: 'float4_e2m1fn_x2', shape: [3], count: 3, unread: 'its numbers are not read' },
    ],
    provenance: [['written by', HOSTILE]],
    weightsAlone: true,
    notes: ['Of its numbers 12 % were read, in blocks at even distances.'],
  };
  const labels = ['Find the Model in My Code…', 'Choose Its Network…', 'Copy the Lines That Save It'];
  return {
    ...{
      view: 'checkpoint',
      title: 'best.pth',
      job: { status: 'idle' },
      report: undefined,
      summary: undefined,
    },
    ...{ stale: [], contents },
    offers: [
      { kind: 'note', text: 'Weights alone.', actions: labels.map((label) => ({ id: label, label })) },
    ],
  };
}

export function watchState(parts: Partial<PanelState> = {}): PanelState {
  const watch = sampleWatch(12);
  const [first, ...others] = watch.checkpoints;
  const document = {
    ...watch,
    title: `Watch of ${HOSTILE}`,
    where: `/runs/${LONG}`,
    checkpoints: [{ ...first, file: `${LONG}/${HOSTILE}.keras` }, ...others],
    unfinished: [`${LONG}.keras`, HOSTILE],
  };
  return {
    ...{ title: 'runs', view: 'document', report: undefined, summary: undefined, stale: [] },
    job: {
      status: 'running',
      progress: { stage: 'waiting for checkpoints', fraction: 0, remainingSeconds: undefined },
    },
    document,
    ...parts,
  };
}

/** A side of a diff of git. */
const changedState = (): PanelState => ({
  ...stateOf(fullReport()),
  view: 'checkpoint',
  change: {
    ...{ since: 'HEAD', side: 'now', equal: 2, relative: 0.1234, angle: 7.1, sampled: false },
    figures: [
      { name: 'Largest eigenvalue', before: '2.89197 ± 0.00001 numeric', now: '3.1 ± 0.2 numeric' },
      { name: 'Accuracy, train · test', before: '98.8 · 96.1 %' },
    ],
    layers: [
      { name: LONG, before: 'Dense · 10 · 650 parameters', now: 'Dense · 12 · 780 parameters' },
      { name: HOSTILE, now: 'Activation · 12 · 0 parameters' },
    ],
    layerCounts: { before: 12, now: 13 },
    tensors: [
      { name: `${LONG}/kernel`, before: 12.345, now: 13.21, relative: 0.1 },
      { name: HOSTILE, now: 1.5 },
      { name: 'output/bias', before: 0.5, now: 0.4 },
    ],
  },
});

/** A report with the landscape on top. */
function pictured(report: Report): Report {
  const { pictures, levels } = hostileSurface(1);
  return { ...report, picture: { picture: pictures[0], levels } };
}

/** Every page that the browser is asked about, by a name for its picture. */
export const pageStates: Readonly<Record<string, () => PanelState>> = {
  report: () => stateOf(fullReport()),
  pictured: () => stateOf(pictured(fullReport())),
  stale: () => stateOf(fullReport(), { stale: ['model.keras has changed since this was measured.'] }),
  interpolation: interpolationState,
  'compare-2': () => comparisonState(2),
  'compare-20': () => comparisonState(20),
  rescaled: rescaledState,
  weights: weightsState,
  change: changedState,
  watch: () => watchState(),
  landscape: () => surfaceState(hostileSurface(1)),
  'landscapes-4': () => surfaceState(hostileSurface(4)),
  paths: () => surfaceState(hostilePaths()),
  maps: () => surfaceState(hostileMaps()),
};

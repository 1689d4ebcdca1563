import { scaleLinear, scaleLog, scaleSymlog } from 'd3-scale';
import { area, line as pathLine } from 'd3-shape';
import { densityFloor } from '../../src/wording/density-floor';
import { formatNumber, subscript, withError } from '../../src/wording/format-number';
import type { Density, Eigenvalue, Spectrum } from '../../src/contract/report';
import {
  type Frame,
  axisTitles,
  emptyPlot,
  frameOf,
  logTicks,
  symlogTicks,
  titleOn,
  xAxis,
  yAxis,
} from './axes';
import { type Label, placeLabels } from './labels';
import type { CursorSeries, Plot, PlotSize } from './plot';
import { element, line, picture } from './svg';

interface Stem {
  readonly name: string;
  readonly eigenvalue: Eigenvalue;
  readonly height: number;
}

/**
 * The spectrum: density on a logarithmic axis over symmetric-logarithmic eigenvalues, negative and positive side
 * apart, with its standard error over the probes, and one stem for every eigenvalue found by itself. A stem's height
 * only orders it by rank.
 */
export function spectrumPlot(spectrum: Spectrum, size: PlotSize): Plot {
  const { density } = spectrum;
  const frame = frameOf(size);
  const stems = stemsOf(spectrum, frame);
  if (stems.length === 0 && !density) return emptyPlot(frame, size, 'Hessian spectrum: not measured yet.');
  const domain = domainOf(spectrum);
  const symlog = scaleSymlog()
    .domain(domain)
    .range([frame.left, frame.right])
    .constant(linearRange(spectrum, domain));
  const x = (value: number) => symlog(value);
  const y = heightScale(density, frame);
  const labels: Label[] = [];
  const marks = stems.map(({ eigenvalue, height }) => ({ x: x(eigenvalue.value), y: frame.bottom - height }));
  const parts = [
    xAxis(frame, x, symlogTicks(domain, x, 34)),
    density ? yAxis(frame, y, logTicks(densityRange(density), frame.bottom - frame.top, 30)) : '',
    density ? densityPaths(density, x, y, frame) : '',
    line('axis', [frame.left, frame.bottom], [frame.right, frame.bottom]),
    axisTitles(
      frame,
      'eigenvalue, linear near zero and logarithmic beyond',
      density ? titleOn('density', true) : '',
    ),
    line('zero', [x(0), frame.top], [x(0), frame.bottom]),
    ...stems.map((stem) => drawStem(stem, { x, domain, frame }, labels)),
    drawLowestRitz(spectrum, x, frame, labels),
    placeLabels(labels, frame, marks),
  ];
  return {
    svg: picture(size.width, size.height, ...parts),
    series: cursorSeries(stems, density, x, y),
    table: {
      columns: ['what', 'eigenvalue', 'numeric error', 'density', 'error over probes'],
      rows: [
        ...stems.map(({ name, eigenvalue: { value, errorBound } }) => [
          ...[name, value, errorBound],
          ...[null, null],
        ]),
        ...(density?.eigenvalues ?? []).map((value, i) => [
          ...['density', value, null],
          density?.density[i] ?? null,
          density?.standardError[i] ?? null,
        ]),
      ],
    },
    label: describe(spectrum),
  };
}

function stemsOf({ largest, smallest }: Spectrum, frame: Frame): Stem[] {
  const height = frame.bottom - frame.top;
  const step = Math.min(0.035, 0.3 / Math.max(1, largest.length));
  return [
    ...largest.map((eigenvalue, i) => ({
      name: `λ${subscript(i + 1)}`,
      eigenvalue,
      height: height * Math.max(0.3, 0.64 - step * i),
    })),
    ...smallest.map((eigenvalue, i) => ({
      name: i === 0 ? 'λmin' : `λmin${subscript(i + 1)}`,
      eigenvalue,
      height: height * Math.max(0.2, 0.34 - 0.05 * i),
    })),
  ];
}

/** From the lowest to the highest value drawn, with air; zero is always inside. */
function domainOf({ largest, smallest, lowestRitz, density }: Spectrum): [number, number] {
  const floor = density ? densityRange(density)[0] : 0;
  const values = [
    0,
    ...[...largest, ...smallest].flatMap(({ value, errorBound }) => [value - errorBound, value + errorBound]),
    ...(lowestRitz === undefined ? [] : [lowestRitz]),
    ...(density ? density.eigenvalues.filter((_, i) => density.density[i] > floor) : []),
  ];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const limit = Math.max(Math.abs(low), Math.abs(high)) || 1;
  return [low < 0 ? low * 1.4 : -limit * 2e-3, high > 0 ? high * 1.4 : limit * 2e-3];
}

/** Where the axis turns from linear to logarithmic: the scale of the bulk, kept within four decades of the ends. */
function linearRange({ density }: Spectrum, domain: readonly [number, number]): number {
  const limit = Math.max(-domain[0], domain[1]);
  if (!density) return limit * 1e-2;
  const nodes = density.nodes
    .map(({ eigenvalue, weight }) => ({ size: Math.abs(eigenvalue), weight }))
    .sort((a, b) => a.size - b.size);
  let mass = 0;
  const bulk = nodes.find(({ weight }) => (mass += weight) >= 0.8)?.size ?? limit * 1e-3;
  return Math.min(limit * 1e-2, Math.max(limit * 1e-4, bulk));
}

/** Lowest and highest density drawn. */
function densityRange(density: Density): [number, number] {
  const high = Math.max(...density.density, Number.MIN_VALUE);
  return [densityFloor(density) || high / 10, high * 1.3];
}

function heightScale(density: Density | undefined, frame: Frame): (value: number) => number {
  if (!density) return scaleLinear([0, 1], [frame.bottom, frame.top]);
  const range = densityRange(density);
  const scale = scaleLog(range, [frame.bottom, frame.top]);
  return (value) => scale(Math.max(value, range[0]));
}

interface DensityPoint {
  readonly value: number;
  readonly density: number;
  readonly error: number;
}

function densityPaths(
  density: Density,
  x: (v: number) => number,
  y: (v: number) => number,
  frame: Frame,
): string {
  return (['neg', 'pos'] as const)
    .map((side) => {
      const points = sideOf(density, side);
      const fill = area<DensityPoint>(
        (p) => x(p.value),
        frame.bottom,
        (p) => y(p.density),
      ).digits(1);
      const band = area<DensityPoint>(
        (p) => x(p.value),
        (p) => y(p.density - p.error),
        (p) => y(p.density + p.error),
      ).digits(1);
      const edge = pathLine<DensityPoint>(
        (p) => x(p.value),
        (p) => y(p.density),
      ).digits(1);
      if (points.length < 2) return '';
      return (
        element('path', { class: `bulk ${side}`, d: fill(points) ?? '' }) +
        element('path', { class: `band ${side}`, d: band(points) ?? '' }) +
        element('path', { class: `edge ${side}`, d: edge(points) ?? '' })
      );
    })
    .join('');
}

/** One sign of the density, with a point at zero itself so that the two sides meet. */
function sideOf({ eigenvalues, density, standardError }: Density, side: 'neg' | 'pos'): DensityPoint[] {
  const points = eigenvalues.map((value, i) => ({
    value,
    density: density[i],
    error: standardError[i] ?? 0,
  }));
  const after = points.findIndex(({ value }) => value >= 0);
  if (after > 0 && points[after].value > 0) {
    const [left, right] = [points[after - 1], points[after]];
    const share = -left.value / (right.value - left.value);
    points.splice(after, 0, {
      value: 0,
      density: left.density + share * (right.density - left.density),
      error: left.error + share * (right.error - left.error),
    });
  }
  return points.filter(({ value }) => (side === 'neg' ? value <= 0 : value >= 0));
}

/** The axis of eigenvalues. */
interface Across {
  readonly x: (value: number) => number;
  readonly domain: readonly [number, number];
  readonly frame: Frame;
}

function drawStem({ name, eigenvalue, height }: Stem, { x, domain, frame }: Across, labels: Label[]): string {
  const side = eigenvalue.value < 0 ? 'neg' : 'pos';
  const at = x(eigenvalue.value);
  const head = frame.bottom - height;
  const error = eigenvalue.errorBound;
  const [left, right] = [eigenvalue.value - error, eigenvalue.value + error].map((value) =>
    x(Math.min(domain[1], Math.max(domain[0], value))),
  );
  labels.push({
    x: at,
    y: head - 9,
    text: `${name} ${formatNumber(eigenvalue.value, 3)}`,
    className: `mark ${side}`,
  });
  const bar =
    right - left < 2
      ? ''
      : line(`error ${side}`, [left, head], [right, head]) +
        line(`error ${side}`, [left, head - 3], [left, head + 3]) +
        line(`error ${side}`, [right, head - 3], [right, head + 3]);
  const open = eigenvalue.converged ? '' : ' open';
  return (
    line(`stem ${side}`, [at, frame.bottom], [at, head]) +
    bar +
    element('circle', { class: `head ${side}${open}`, cx: at, cy: head, r: 3.2 })
  );
}

/** The run's lowest Ritz value where no smallest eigenvalues were asked for: an arrow that says "at most". */
function drawLowestRitz(spectrum: Spectrum, x: (v: number) => number, frame: Frame, labels: Label[]): string {
  const { lowestRitz, smallest } = spectrum;
  if (lowestRitz === undefined || smallest.length > 0) return '';
  const side = lowestRitz < 0 ? 'neg' : 'pos';
  const at = x(lowestRitz);
  const head = frame.bottom - (frame.bottom - frame.top) * 0.28;
  labels.push({
    x: at,
    y: head - 9,
    text: `λmin ≤ ${formatNumber(lowestRitz, 3)}`,
    className: `mark ${side}`,
  });
  return (
    line(`stem bound ${side}`, [at, frame.bottom], [at, head]) +
    element('path', { class: `arrow ${side}`, d: `M${at - 9},${head} l7,-3.5 v7 Z` }) +
    line(`error ${side}`, [at - 4, head], [at, head])
  );
}

function cursorSeries(
  stems: readonly Stem[],
  density: Density | undefined,
  x: (v: number) => number,
  y: (v: number) => number,
): CursorSeries[] {
  const bottom = y(0);
  const eigenvalues = [...stems]
    .sort((a, b) => a.eigenvalue.value - b.eigenvalue.value)
    .map(({ name, eigenvalue, height }) => ({
      x: x(eigenvalue.value),
      y: bottom - height,
      text: `${name} = ${eigenvalueWords(eigenvalue)}`,
    }));
  const points = (density?.eigenvalues ?? []).map((value, i) => ({
    x: x(value),
    y: y(density?.density[i] ?? 0),
    text: `density at ${formatNumber(value, 3)}: ${withError(density?.density[i] ?? 0, density?.standardError[i])}`,
  }));
  return [
    { label: 'eigenvalues', points: eigenvalues },
    { label: 'density', points },
  ].filter((series) => series.points.length > 0);
}

/** An eigenvalue with its numeric error, and why it has none over rows. */
function eigenvalueWords({ value, errorBound, samplingReason, converged }: Eigenvalue): string {
  const numeric = `${withError(value, errorBound)} numeric`;
  const rows = samplingReason === undefined ? '' : `, over rows ${samplingReason}`;
  return `${numeric}${rows}${converged ? '' : ', not converged'}`;
}

function describe({ largest, smallest, density }: Spectrum): string {
  const parts = [
    largest[0] && `${largest.length} largest eigenvalues, the first ${formatNumber(largest[0].value)}`,
    smallest[0] && `${smallest.length} smallest, the first ${formatNumber(smallest[0].value)}`,
    density && 'the spectral density on a logarithmic axis',
  ].filter(Boolean);
  return `Hessian spectrum: ${parts.join('; ')}.`;
}

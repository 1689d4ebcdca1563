import { densityFloor } from '../../wording/density-floor';
import { formatNumber, subscript } from '../../wording/format-number';
import type { Density, Spectrum } from '../../contract/report';

export type ThemeKind = 'light' | 'dark' | 'high-contrast' | 'high-contrast-light';

/** An image in a hover cannot see the editor's variables: near values of the default themes. */
const COLOURS: Readonly<
  Record<ThemeKind, { ink: string; faint: string; positive: string; negative: string }>
> = {
  light: { ink: '#616161', faint: '#c8c8c8', positive: '#1a85ff', negative: '#d11a2a' },
  dark: { ink: '#a0a0a0', faint: '#4d4d4d', positive: '#3794ff', negative: '#f14c4c' },
  'high-contrast': { ink: '#ffffff', faint: '#6fc3df', positive: '#3794ff', negative: '#f48771' },
  'high-contrast-light': { ink: '#292929', faint: '#0f4a85', positive: '#0f4a85', negative: '#b5200d' },
};

const WIDTH = 440;
const HEIGHT = 56;
const LEFT = 6;
const RIGHT = WIDTH - 6;
const TOP = 14;
const BASE = HEIGHT - 14;
/** Where the axis turns from linear to logarithmic, as a share of the largest eigenvalue in size. */
const LINEAR = 1e-3;

/**
 * A small picture of a spectrum: log density over symmetric-log eigenvalues as an area, the largest and smallest
 * eigenvalues as stems, either side of zero in its colour. Undefined while there is nothing to draw. Drawn by hand,
 * so that a hover loads no plotting code.
 */
export function spectrumSvg(spectrum: Spectrum, theme: ThemeKind): string | undefined {
  const stems = [...spectrum.largest, ...spectrum.smallest].map(({ value }) => value);
  const ends = [...stems, ...(spectrum.lowestRitz === undefined ? [] : [spectrum.lowestRitz]), 0];
  const size = Math.max(...ends.map(Math.abs));
  if (stems.length === 0 || !(size > 0) || !Number.isFinite(size)) return undefined;
  const axis = (value: number) => Math.asinh(value / (LINEAR * size));
  // Air at both ends, and a little of the side that holds nothing.
  const low = axis(Math.min(...ends)) - 0.7;
  const high = axis(Math.max(...ends)) + 0.7;
  const x = (value: number) => {
    const share = (axis(value) - low) / (high - low);
    return LEFT + Math.min(1, Math.max(0, share)) * (RIGHT - LEFT);
  };
  const { ink, faint, positive, negative } = COLOURS[theme];
  const colourOf = (value: number) => (value < 0 ? negative : positive);
  const zero = at(x(0));
  const parts = [
    ...(spectrum.density === undefined ? [] : areas(spectrum.density, x, colourOf)),
    `<line x1="${LEFT}" y1="${BASE}" x2="${RIGHT}" y2="${BASE}" stroke="${faint}"/>`,
    `<line x1="${zero}" y1="${TOP}" x2="${zero}" y2="${BASE + 3}" stroke="${ink}" stroke-dasharray="1.5 2"/>`,
    ...stems.map((value) => stem(x(value), colourOf(value))),
    ...labels(spectrum, x, ink),
  ];
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" ` +
    `font-family="sans-serif" font-size="10">${parts.join('')}</svg>`
  );
}

/** The picture as an image source. */
export function dataUri(svg: string): string {
  return `data:image/svg+xml;base64,${Buffer.from(svg, 'utf8').toString('base64')}`;
}

/** One area for each side of zero, from the peak down to the lowest density worth drawing. */
function areas(
  density: Density,
  x: (value: number) => number,
  colourOf: (value: number) => string,
): string[] {
  const peak = Math.max(...density.density);
  const decades = Math.log10(peak / densityFloor(density));
  if (!Number.isFinite(decades)) return [];
  const points = density.eigenvalues.map((value, index) => {
    const share = 1 + Math.log10(Math.max((density.density[index] ?? 0) / peak, 1e-300)) / decades;
    return { value, x: x(value), y: BASE - Math.max(0, share) * (BASE - TOP) };
  });
  return [-1, 1].flatMap((side) => {
    const own = points.filter(({ value }) => Math.sign(value) === side);
    const [first, last] = [own[0], own.at(-1)];
    if (first === undefined || last === undefined) return [];
    const line = own.map((point) => `${at(point.x)},${at(point.y)}`).join(' ');
    const colour = colourOf(side);
    const corners = `${at(first.x)},${BASE} ${line} ${at(last.x)},${BASE}`;
    return [`<polygon points="${corners}" fill="${colour}" fill-opacity="0.35" stroke="${colour}"/>`];
  });
}

function stem(x: number, colour: string): string {
  const top = (TOP + BASE) / 2;
  return (
    `<line x1="${at(x)}" y1="${BASE}" x2="${at(x)}" y2="${at(top)}" stroke="${colour}" stroke-width="1.5"/>` +
    `<circle cx="${at(x)}" cy="${at(top)}" r="2.5" fill="${colour}"/>`
  );
}

/** The largest and the smallest eigenvalue over their stems, and zero below its line. */
function labels({ largest, smallest }: Spectrum, x: (value: number) => number, ink: string): string[] {
  const text = (value: number, name: string, y: number) => {
    const place = x(value);
    const anchor = place > WIDTH * 0.8 ? 'end' : place < WIDTH * 0.2 ? 'start' : 'middle';
    const from = anchor === 'end' ? RIGHT : anchor === 'start' ? LEFT : place;
    return `<text x="${at(from)}" y="${y}" text-anchor="${anchor}" fill="${ink}">${name}</text>`;
  };
  const [first, lowest] = [largest[0]?.value, smallest[0]?.value];
  return [
    ...(first === undefined ? [] : [text(first, `λ${subscript(1)} ${formatNumber(first, 3)}`, TOP - 4)]),
    ...(lowest === undefined || (first !== undefined && x(first) - x(lowest) < 130)
      ? []
      : [text(lowest, `λmin ${formatNumber(lowest, 3)}`, TOP - 4)]),
    `<text x="${at(x(0))}" y="${HEIGHT - 3}" text-anchor="middle" fill="${ink}">0</text>`,
  ];
}

function at(value: number): string {
  return value.toFixed(1);
}

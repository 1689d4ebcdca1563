import { scaleLog } from 'd3-scale';

export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

const WIDTH = 460;
const HEIGHT = 300;
const EDGE = { left: 62, right: 16, top: 16, bottom: 46 };
/** Told apart in light and dark, and by the colour-blind. */
const COLOURS = ['#3b82c4', '#d9822b', '#5a9e5a'];
const INK = '#808080';

const widened = (values: readonly number[]): [number, number] => [
  Math.min(...values) / 1.2,
  Math.max(...values) * 1.2,
];

/** A plot of positive figures over positive figures, both axes logarithmic, as an SVG that reads on light and dark pages. */
export function chart(xName: string, yName: string, series: readonly Series[]): string {
  const all = series.flatMap(({ points }) => points);
  const x = scaleLog(widened(all.map(([at]) => at)), [EDGE.left, WIDTH - EDGE.right]);
  const y = scaleLog(widened(all.map(([, value]) => value)), [HEIGHT - EDGE.bottom, EDGE.top]);
  const label = (at: number) => at.toLocaleString('en-US', { maximumSignificantDigits: 3 });
  const xs = [...new Set(all.map(([at]) => at))];
  const ys = y.ticks(4).filter((value) => /^[125]/.test(value.toExponential()));
  const text = (at: number, height: number, anchor: string, words: string, more = '') =>
    `<text x="${at.toFixed(1)}" y="${height.toFixed(1)}" text-anchor="${anchor}" fill="${INK}"${more}>${words}</text>`;
  const middle = (EDGE.top + HEIGHT - EDGE.bottom) / 2;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="11" role="img" aria-label="${yName} over ${xName}">`,
    ...ys.flatMap((value) => [
      `<line x1="${EDGE.left}" x2="${WIDTH - EDGE.right}" y1="${y(value).toFixed(1)}" y2="${y(value).toFixed(1)}" stroke="${INK}" stroke-opacity="0.3"/>`,
      text(EDGE.left - 6, y(value) + 4, 'end', label(value)),
    ]),
    ...xs.map((value) => text(x(value), HEIGHT - EDGE.bottom + 16, 'middle', label(value))),
    text((EDGE.left + WIDTH - EDGE.right) / 2, HEIGHT - 10, 'middle', xName),
    text(14, middle, 'middle', yName, ` transform="rotate(-90 14 ${middle})"`),
    ...series.flatMap(({ name, points }, i) => {
      const colour = COLOURS[i % COLOURS.length];
      const path = points.map(
        ([at, value], k) => `${k === 0 ? 'M' : 'L'}${x(at).toFixed(1)} ${y(value).toFixed(1)}`,
      );
      const [[firstX, firstY]] = points;
      return [
        `<path d="${path.join('')}" fill="none" stroke="${colour}" stroke-width="2"/>`,
        ...points.map(
          ([at, value]) =>
            `<circle cx="${x(at).toFixed(1)}" cy="${y(value).toFixed(1)}" r="3" fill="${colour}"/>`,
        ),
        `<text x="${(x(firstX) + 6).toFixed(1)}" y="${(y(firstY) - 8).toFixed(1)}" fill="${colour}">${name}</text>`,
      ];
    }),
    '</svg>',
  ].join('\n');
}

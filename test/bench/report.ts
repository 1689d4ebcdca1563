import { formatCount } from '../../src/wording/format-number';
import type { Measured, OursTask, OursWay, Outcome, PeerTask, PeerWay } from './measure';
import { table } from './table';
import { median } from './timing';
import type { Analysis } from './worker';

const NONE = '–';
const figure = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toPrecision(3);
const ratio = (ours: number | undefined, theirs: number | undefined): string =>
  ours === undefined || theirs === undefined ? NONE : (ours / theirs).toFixed(2);

const valueOf = <T>(outcome: Outcome<T> | undefined): T | undefined =>
  outcome && 'value' in outcome ? outcome.value : undefined;
const least = (values: readonly number[] | undefined): number | undefined => values && Math.min(...values);

/** Notes below a table, numbered by the marks in its cells. */
class Notes {
  private readonly texts: string[] = [];

  mark(text: string): string {
    if (!this.texts.includes(text)) this.texts.push(text);
    return `(${this.texts.indexOf(text) + 1})`;
  }

  get text(): string {
    return this.texts.map((text, i) => `(${i + 1}) ${text}`).join('  \n');
  }
}

/** Everything measured, as Markdown. */
export function reportOf(measured: readonly Measured[]): string {
  return [
    '## One gradient, one product',
    'Milliseconds: the median of all runs, and the fastest. "Ours" is the objective as an analysis uses it: chunks, lanes, messages and sums included; the bare session is the same program without them. The ratio is our fastest over the fastest of PyTorch in this row (for four vectors: of its single products too).',
    kernelTable(measured),
    ...(measured.some(({ oursTasks }) => Object.keys(oursTasks).length > 0) ? wholeTasks(measured) : []),
    '## Memory',
    'Resident, at the peak of products of one and four vectors (ours: engine and lanes together) and of double backward (PyTorch, whose build from PyPI holds CUDA libraries too: the first of its columns is before any product).',
    memoryTable(measured),
    '## Where the time of a product goes',
    "Share of ONNX Runtime's own profile by operator, and milliseconds and nodes of one product over one chunk in one session with all threads.",
    ...measured.map(profileTable),
  ].join('\n\n');
}

function kernelTable(measured: readonly Measured[]): string {
  const notes = new Notes();
  const times = (values: readonly number[] | undefined, vectors = 1) =>
    values ? `${figure(median(values) / vectors)} (${figure(Math.min(...values) / vectors)})` : NONE;
  const theirs = (outcome: Outcome<readonly number[]> | undefined, vectors = 1) =>
    outcome && 'reason' in outcome ? notes.mark(outcome.reason) : times(valueOf(outcome), vectors);
  const rows = measured.flatMap(({ opened, ours, peer, compileSeconds }) => {
    const compiled =
      compileSeconds === undefined
        ? theirs(peer.compiled)
        : `${theirs(peer.compiled)} ${notes.mark(`${opened.title}: torch.compile took ${figure(compileSeconds)} s`)}`;
    const single: readonly PeerWay[] = ['double_backward', 'forward_over_reverse', 'compiled'];
    const fastest = (ways: readonly PeerWay[], vectors = 1) => {
      const each = ways.flatMap((way) => valueOf(peer[way]) ?? []);
      return each.length > 0 ? Math.min(...each) / vectors : Infinity;
    };
    const known = (value: number) => (Number.isFinite(value) ? value : undefined);
    const line = (
      title: string,
      way: OursWay,
      bare: OursWay,
      vectors: number,
      cells: string[],
      best: number,
    ) => [
      `${opened.title}: ${title}`,
      times(ours[way], vectors),
      times(ours[bare], vectors),
      ...cells,
      ratio(least(ours[way]?.map((value) => value / vectors)), known(best)),
    ];
    const four = theirs(peer.vmap_of_four, 4);
    return [
      line(
        'gradient',
        'gradient',
        'session-gradient',
        1,
        [theirs(peer.gradient), NONE, NONE],
        fastest(['gradient']),
      ),
      line(
        'product, 1 vector',
        'hvp1',
        'session-hvp1',
        1,
        [theirs(peer.double_backward), theirs(peer.forward_over_reverse), compiled],
        fastest(single),
      ),
      line(
        'product, 4 vectors, each',
        'hvp4',
        'session-hvp4',
        4,
        [NONE, four, NONE],
        Math.min(fastest(single), fastest(['vmap_of_four'], 4)),
      ),
    ];
  });
  const header = [
    'ms',
    'Ours',
    'Bare session',
    'PyTorch backward (twice)',
    'Forward over reverse',
    'torch.compile',
    'Ratio',
  ];
  return `${table(header, rows)}\n\n${notes.text}`;
}

const wholeTasks = (measured: readonly Measured[]): string[] => [
  '## Whole tasks',
  'Seconds, from a loaded network and its rows to the figures, with all that has to be compiled or checked on the way. Top 5: each residual at most 1e-3 of its eigenvalue; trace: our standard error at most 1 % (the products of the search, then of each probe the form z.Hz by derivatives along it, which costs about half of one), XTrace with 60 products (and how far each is from a longer run of ours); density: 100 steps, ours of one to four probes with error bars, theirs of one without.',
  taskTable(measured),
];

const taskRows: readonly { title: string; ours: OursTask; first: PeerTask; second: PeerTask }[] = [
  { title: 'top 5', ours: 'top', first: 'eigsh', second: 'pyhessian_top' },
  { title: 'trace', ours: 'trace', first: 'xtrace', second: 'pyhessian_trace' },
  { title: 'density', ours: 'density', first: 'density', second: 'pyhessian_density' },
];

function taskTable(measured: readonly Measured[]): string {
  const notes = new Notes();
  const rows = measured
    .filter(({ oursTasks }) => Object.keys(oursTasks).length > 0)
    .flatMap(({ opened, oursTasks, peerTasks }) => {
      const best = valueOf(oursTasks.top)?.values;
      const truth = valueOf(oursTasks['reference trace'])?.values[0];
      const cell = (title: string, outcome: Outcome<Analysis> | undefined) => {
        if (!outcome) return NONE;
        if ('reason' in outcome) return notes.mark(outcome.reason);
        const { seconds, values, products, forms } = outcome.value;
        const spent = [products && `${products} products`, forms && `${forms} forms`].filter(Boolean);
        const off = offBy(title, values, best, truth);
        return [figure(seconds), spent.join(' and '), off].filter(Boolean).join(', ');
      };
      return taskRows
        .filter(({ ours }) => oursTasks[ours])
        .map(({ title, ours, first, second }) => [
          `${opened.title}: ${title}`,
          cell(title, oursTasks[ours]),
          cell(title, peerTasks[first]),
          cell(title, peerTasks[second]),
          ratio(valueOf(oursTasks[ours])?.seconds, valueOf(peerTasks[first])?.seconds),
        ]);
    });
  const header = ['s', 'Ours', 'curvlinops (top 5: with SciPy eigsh)', 'PyHessian', 'Ratio to curvlinops'];
  return `${table(header, rows)}\n\n${notes.text}`;
}

/** The largest relative distance from our eigenvalues, or the trace's from the reference. */
function offBy(
  title: string,
  values: readonly number[],
  best: readonly number[] | undefined,
  truth: number | undefined,
): string {
  const right = title === 'top 5' ? best : title === 'trace' && truth !== undefined ? [truth] : undefined;
  if (!right || right === values) return '';
  const distance = Math.max(...right.map((value, i) => Math.abs(values[i] - value) / Math.abs(value)));
  return `${figure(100 * distance)} % off`;
}

function memoryTable(measured: readonly Measured[]): string {
  const megabytes = (bytes: number | undefined) =>
    bytes === undefined ? NONE : formatCount(Math.round(bytes / 1e6));
  const rows = measured.map(({ opened, memory: { ours, peer } }) => [
    opened.title,
    megabytes(ours),
    megabytes(peer?.idle),
    megabytes(peer?.peak),
    ratio(ours, peer?.peak),
  ]);
  return table(['MB', 'Ours', 'PyTorch with the network loaded', 'PyTorch', 'Ratio'], rows);
}

function profileTable({ opened, profile }: Measured): string {
  const total = profile.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const shown = profile.filter(({ share }) => share >= 0.01);
  const rows = shown.map(({ op, share, milliseconds, nodes }) => [
    op,
    `${(100 * share).toFixed(1)} %`,
    figure(milliseconds),
    nodes.toFixed(0),
  ]);
  const rest = total - shown.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  if (rest > 0) rows.push(['others', `${((100 * rest) / total).toFixed(1)} %`, figure(rest), NONE]);
  return `${opened.title}, chunks of ${opened['rows a chunk']} rows\n\n${table(['Operator', 'Share', 'ms', 'Nodes'], rows)}`;
}

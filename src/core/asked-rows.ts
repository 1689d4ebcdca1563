/** How many rows are asked for: so many drawn by chance, or the first ones, as in `first:500`. */
export type AskedRows = number | string;

const FIRST = 'first:';

export const countOf = (asked: AskedRows): number =>
  Number(typeof asked === 'string' ? asked.slice(FIRST.length) : asked);

/** The same choice of at most so many rows. */
export function atMost(asked: AskedRows, most: number): AskedRows {
  const count = Math.min(countOf(asked), most);
  return typeof asked === 'string' ? `${FIRST}${count}` : count;
}

/** Parameters beyond which a network counts as large where few rows are taken. */
export const LARGE_NETWORK = 1_000_000;

/** Rows of quick figures. Fixed by the network's size: how busy a machine is decides no figure. */
export const quickRows = (parameters: number): number => (parameters > LARGE_NETWORK ? 64 : 512);

/** What is asked of rows. */
interface RowsAsked {
  readonly samples?: AskedRows | undefined;
  readonly defaultRows?: number | undefined;
}

/** The change of a request that leaves it at most so many rows: a limit where no count is asked for, since there may be fewer. */
export const fewerRows = (
  { samples, defaultRows = Infinity }: RowsAsked,
  most: number,
): { samples: AskedRows } | { defaultRows: number } =>
  samples === undefined ? { defaultRows: Math.min(defaultRows, most) } : { samples: atMost(samples, most) };

import type { RowArrays } from '../../lanes/protocol';

type Floats = Float32Array | Float64Array;

/** Every row's loss, and the model's output for it (so many numbers a row). */
export interface RowValues<Numbers extends Floats = Float64Array> {
  readonly losses: Numbers;
  readonly outputs: Numbers;
  /** 1 for each prediction that counts, 0 for the others, row after row; left out where all count. */
  readonly counted?: Numbers;
}

/** Of splits at one point: the loss of every row, and a number for each where one was asked for. */
export type FiguresAt<Name extends string> = Readonly<
  Record<Name, Readonly<Record<'losses', Float64Array> & Partial<Record<'figures', Float64Array>>>>
>;

/** A number for each of the rows `from` to before `to` of a split, from what the network gives for them. */
export type RowFigure = (values: RowValues<Floats>, from: number, to: number) => Float64Array;

/** Values as the program of losses and outputs names them. */
export function valuesOfRows<Numbers extends Floats>({
  losses,
  output,
  counted,
}: Readonly<Record<string, Numbers>>): RowValues<Numbers> {
  return { losses, outputs: output, ...(counted ? { counted } : {}) };
}

/** What {@link RowFigure} makes of the rows of a chunk, beside their losses. */
export function figuresOfChunk(figure: RowFigure | undefined, chunkRows: number) {
  return (values: RowArrays, chunk: number): RowArrays => {
    if (!figure) return { losses: values.losses };
    const from = chunk * chunkRows;
    // The rows that fill a chunk up are not among them.
    const to = from + values.losses.length;
    return { losses: values.losses, figures: figure(valuesOfRows(values), from, to) };
  };
}

/** Rows from..to of flat ones; those that fill a chunk of `count` up repeat the first. */
export function padded(
  flat: Float64Array,
  width: number,
  { from, to, count }: { readonly from: number; readonly to: number; readonly count: number },
): Float64Array {
  const out = new Float64Array(count * width);
  out.set(flat.subarray(from * width, to * width));
  for (let row = to - from; row < count; row++) out.copyWithin(row * width, 0, width);
  return out;
}

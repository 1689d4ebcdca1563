/** Size of a picture in CSS pixels; plots are drawn for the size at hand, so that text keeps its own. */
export interface PlotSize {
  readonly width: number;
  readonly height: number;
}

/** A place that the cursor can stand on. */
export interface CursorPoint {
  readonly x: number;
  readonly y: number;
  /** What stands there, in words: "v₁, t = 0.1: train 0.22". */
  readonly text: string;
}

export interface CursorSeries {
  readonly label: string;
  /** In the order of x. */
  readonly points: readonly CursorPoint[];
}

/** The data behind a plot, as its table and its CSV show them. Null is an empty cell. */
export interface PlotTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

/** A plot drawn for one size: the picture as SVG text, what the cursor can say, and the numbers. */
export interface Plot {
  readonly svg: string;
  readonly series: readonly CursorSeries[];
  readonly table: PlotTable;
  /** What a screen reader says of the picture. */
  readonly label: string;
}

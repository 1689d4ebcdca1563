/** What code at a position spells of a path. */
export interface PathExpression {
  /** The parts in order, to be joined: `Path('runs') / 'a.keras'` has two. */
  readonly parts: readonly string[];
  /** False when something before the parts is not known (`root / 'a.keras'`): they are the path's end only. */
  readonly anchored: boolean;
  /** Offsets of the whole expression in the text. */
  readonly start: number;
  readonly end: number;
}

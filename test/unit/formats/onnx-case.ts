import type { TestModel } from '../../support/onnx-file';

/** An operator on random rows x. */
export interface Case extends TestModel {
  readonly what: string;
  /** Shape of a row of x. */
  readonly row?: readonly number[];
  readonly x?: (index: number) => number;
}

export const on = (
  what: string,
  row: readonly number[],
  nodes: TestModel['nodes'],
  more: Partial<Case> = {},
): Case => ({
  what,
  row,
  nodes,
  ...more,
});

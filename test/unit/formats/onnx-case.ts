import { type TestModel, node } from '../../support/onnx-file';

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

/** One operator on x. */
export const unary = (
  operator: string,
  attributes: Parameters<typeof node>[3] = {},
  more: Partial<Case> = {},
): Case =>
  on(`${operator} ${JSON.stringify(attributes)}`, [4, 5], [node(operator, ['x'], 'y', attributes)], more);

import { UserError } from '../../core/errors';
import type { Column } from '../../lanes/columns';
import { sizeOf } from '../../core/size-of';

/** The numbers of labels, whatever they mean. */
export interface LabelNumbers {
  /** Whole numbers from 0. */
  readonly whole: boolean;
  /** Nothing but 0 and 1. */
  readonly zeroOne: boolean;
  readonly largest: number;
}

/** What numbers the labels are. Throws a UserError at the first one that is not finite. */
export function numbersOf({ shape, data }: Column, file: string, split: string): LabelNumbers {
  const width = sizeOf(shape);
  let whole = true;
  let zeroOne = true;
  let largest = 0;
  for (let i = 0; i < data.length; i++) {
    const value = data[i];
    if (!Number.isFinite(value))
      throw new UserError(
        `Row ${Math.floor(i / width)} of the ${split} labels in ${file} is ${value}: labels must be finite numbers.`,
      );
    whole &&= Number.isInteger(value) && value >= 0;
    zeroOne &&= value === 0 || value === 1;
    largest = Math.max(largest, value);
  }
  return { whole, zeroOne, largest };
}

/** Do labels sum to 1 along an axis of their rows, with nothing below 0? Classes, one-hot or in shares. */
export function areShares({ shape, data }: Column, axis: number): boolean {
  const classes = shape[axis];
  if (classes === undefined || classes < 2) return false;
  const inner = sizeOf(shape.slice(axis + 1));
  for (let from = 0; from < data.length; from += classes * inner)
    for (let i = 0; i < inner; i++) {
      let sum = 0;
      for (let c = 0; c < classes; c++) {
        const value = data[from + c * inner + i];
        if (value < 0) return false;
        sum += value;
      }
      if (Math.abs(sum - 1) > 1e-3) return false;
    }
  return true;
}

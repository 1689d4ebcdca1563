import { UserError } from '../core/errors';

/** An input of a model, as its file names it: by its layer, and by its key where the inputs are a dictionary. */
export interface NamedInput {
  readonly name: string;
  readonly key?: string;
}

/** An array for one of a model's inputs: `input` where its name says which. */
export interface InputArray {
  readonly name: string;
  readonly input?: string;
}

/**
 * For each input of a model the position of its array: the one that bears its name or key, or, where the arrays are
 * numbered, the one in its place.
 * @throws UserError, written to follow the data file's name, when arrays and inputs do not fit.
 */
export function arraysInOrder(inputs: readonly NamedInput[], arrays: readonly InputArray[]): number[] {
  const list = inputs.map(({ name, key }) => (key === undefined || key === name ? name : `${key} (${name})`));
  if (arrays.length !== inputs.length)
    throw new UserError(
      `holds ${arrays.length} input arrays (${arrays.map(({ name }) => name).join(', ')}), but the model takes ${inputs.length}: ${list.join(', ')}.`,
    );
  if (arrays.every(({ input }) => input === undefined)) return arrays.map((_, i) => i);
  return inputs.map(({ name, key }) => {
    // A key stands above a layer's name: two inputs may bear each other's.
    const byKey = arrays.findIndex(({ input }) => input !== undefined && input === key);
    const found = byKey >= 0 ? byKey : arrays.findIndex(({ input }) => input === name);
    if (found < 0)
      throw new UserError(
        `has no array for the input ${name}: it holds ${arrays.map((each) => each.name).join(', ')}, and the model takes ${list.join(', ')}. Name them by the inputs, or number them in that order (x_train_0, x_train_1...).`,
      );
    return found;
  });
}

import { UserError } from '../../core/errors';

const MOST_NAMED = 20;

/** Classes with their numbers, the first of them where there are many. */
export function numberedClasses(classes: readonly string[]): string {
  const shown = classes.slice(0, MOST_NAMED).map((name, i) => `${i} ${name}`);
  const more = classes.length > MOST_NAMED ? ` and ${classes.length - MOST_NAMED} more` : '';
  return `${shown.join(', ')}${more}`;
}

/** Which number each class has, for a person: the order is ours, and a network was trained with one. */
export function classNote(of: string, classes: readonly string[]): string {
  return `The classes are ${of} in the order of their names: ${numberedClasses(classes)}.`;
}

/** The different texts in the order of their code points, as Python, pandas and scikit-learn sort them. */
export const classesOf = (texts: Iterable<string>): string[] =>
  [...new Set(texts)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));

/**
 * The number of each text's class.
 * @throws UserError for one that is no class, with its row
 */
export function classNumbers(
  texts: readonly string[],
  classes: readonly string[],
  where: string,
): Int32Array {
  const numbers = new Map(classes.map((name, i) => [name, i]));
  return Int32Array.from(texts, (text, row) => {
    const number = numbers.get(text);
    if (number === undefined)
      throw new UserError(
        `Row ${row} of ${where} has the class "${text}", which the training rows have not: the two must agree.`,
      );
    return number;
  });
}

import { type ShapeError, UnsupportedError } from '../../autodiff/shape';
import { UnsupportedFileError, UserError } from '../../core/errors';

/** What building a graph of a file ended with, as a mistake in the file: a sentence that ends the one given. */
export const asFileError = (error: ShapeError, sentence: string): UserError =>
  error instanceof UnsupportedError ? new UnsupportedFileError(sentence) : new UserError(sentence);

/**
 * Says where an error comes from a number of rows that was fixed at the export; what is not supported is so for any number.
 * @param rows the number, where there is one.
 * @param subject what was exported, as it begins the sentence.
 * @param cure ends the sentence.
 * @throws UserError
 */
export function explainFixedRows<Result>(
  {
    rows,
    subject,
    cure,
  }: { readonly rows: number | undefined; readonly subject: string; readonly cure: string },
  action: () => Result,
): Result {
  try {
    return action();
  } catch (error) {
    if (rows === undefined || !(error instanceof UserError) || error instanceof UnsupportedFileError)
      throw error;
    throw new UserError(
      `${subject} was exported for exactly ${rows} ${rows === 1 ? 'row' : 'rows'} and takes no other number (${error.message.replace(/\.$/, '')}); ${cure}.`,
    );
  }
}

import type * as vscode from 'vscode';
import type { Services } from '../services';

/** Calls `then` when figures of a checkpoint may have changed: a job has finished, or a file of the workspace is another. */
export function whenMeasured(
  { queue, files }: Pick<Services, 'queue' | 'files'>,
  then: () => void,
): vscode.Disposable[] {
  const stop = queue.onChange(({ status }) => status === 'finished' && then());
  return [{ dispose: stop }, files.onDidChange(then)];
}

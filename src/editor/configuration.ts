import * as vscode from 'vscode';
import { ANALYSIS_SETTING_NAMES } from '../contract/analysis-settings';
import type { RequestLayer } from '../settings/merge';

/**
 * The editor's own settings as a layer: weaker than `landscape.json`. A count of rows is an upper limit here, since
 * it is meant for data sets of any size.
 */
export function configurationLayer(checkpoint: string): RequestLayer {
  const configuration = vscode.workspace.getConfiguration('landscape', vscode.Uri.file(checkpoint));
  const samples = configuration.get<number | string>('samples');
  const count = Number(samples);
  const firstRows = typeof samples === 'string' && samples.startsWith('first:') ? samples : undefined;
  return {
    samples: firstRows,
    defaultRows: Number.isInteger(count) && count > 0 ? count : undefined,
    // Those that the manifest does not declare are for landscape.json alone, and undefined.
    ...Object.fromEntries(ANALYSIS_SETTING_NAMES.map((name) => [name, configuration.get(name)])),
    budgetSeconds: configuration.get('budgetSeconds'),
    tensorflowPath: tensorflowPath(configuration),
  };
}

/** The TensorFlow library that holds for a file; see {@link configurationLayer}. */
export function tensorflowPathOf(file: string): string | undefined {
  return tensorflowPath(vscode.workspace.getConfiguration('landscape', vscode.Uri.file(file)));
}

/** It loads native code, so a workspace that is not trusted has no say in it. */
function tensorflowPath(configuration: vscode.WorkspaceConfiguration): string | undefined {
  const chosen = vscode.workspace.isTrusted
    ? configuration.get<string>('tensorflowPath')
    : configuration.inspect<string>('tensorflowPath')?.globalValue;
  return chosen === '' ? undefined : chosen;
}

/** Does the person want figures at lines of code? */
export const figuresInCode = (file: vscode.Uri): boolean =>
  vscode.workspace.getConfiguration('landscape', file).get<boolean>('figuresInCode', true);

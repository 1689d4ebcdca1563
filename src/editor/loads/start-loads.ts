import * as vscode from 'vscode';
import type { Services } from '../services';
import { LoadHints } from './load-hints';

const LANGUAGES = ['python', 'javascript', 'javascriptreact', 'typescript', 'typescriptreact'];
const CODE: vscode.DocumentSelector = LANGUAGES.flatMap((language) => [
  { language, scheme: 'file' },
  { language, scheme: 'vscode-notebook-cell' },
]);

/** Shows checkpoints' figures at the calls that load them. */
export function startLoads(services: Services): vscode.Disposable[] {
  const hints = new LoadHints(services);
  return [
    hints,
    vscode.languages.registerInlayHintsProvider(CODE, hints),
    vscode.languages.registerCodeLensProvider(CODE, hints),
  ];
}

import * as vscode from 'vscode';
import type { Services } from '../services';
import { LineBars } from './line-bars';
import { LineFigures, PYTHON } from './line-figures';
import { LineHints, LineHovers } from './line-hints';

/** Shows layers' figures at the lines of code that make them. */
export function startLines(services: Services): vscode.Disposable[] {
  const figures = new LineFigures(services);
  return [
    figures,
    new LineBars(figures),
    vscode.languages.registerInlayHintsProvider(PYTHON, new LineHints(figures, services)),
    vscode.languages.registerHoverProvider(PYTHON, new LineHovers(figures, services)),
  ];
}

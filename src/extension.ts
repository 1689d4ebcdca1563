import type * as vscode from 'vscode';
import { start } from './editor/start';

/** Called by the editor when one of package.json's activation events happens. */
export function activate(context: vscode.ExtensionContext): void {
  start(context);
}

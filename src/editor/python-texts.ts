import type * as vscode from 'vscode';
import { PythonText } from '../python/lines/python-text';

/** Longer texts are data rather than code. */
export const MOST_CHARACTERS = 400_000;

const read = new WeakMap<vscode.TextDocument, { readonly version: number; readonly text: PythonText }>();

/** A document's text, read once for each version of it, whoever shows something there; empty where it is data rather than code. */
export function pythonTextOf(document: vscode.TextDocument): PythonText {
  const { version } = document;
  const known = read.get(document);
  if (known?.version === version) return known.text;
  const whole = document.getText();
  const text = new PythonText(whole.length > MOST_CHARACTERS ? '' : whole);
  read.set(document, { version, text });
  return text;
}

import path from 'node:path';
import * as vscode from 'vscode';
import type { Services } from '../services';
import { stampOf } from '../store/file-records';
import { staleness } from '../store/staleness';
import type { CheckpointIndex } from './checkpoint-index';
import { reportHover, unknownHover } from './hover-markdown';
import { pathExpressionAt } from './path-expression';
import { resolveCheckpoint } from './resolve';
import { languageOf } from './tokens';

export const HOVER_LANGUAGES = [
  'python',
  'javascript',
  'javascriptreact',
  'typescript',
  'typescriptreact',
  'json',
  'jsonc',
  'yaml',
];

/** Longer documents are data rather than code, and reading one takes more of a hover's 50 ms than is free. */
const MOST_CHARACTERS = 400_000;

/** Shows a checkpoint's figures over the string that names it. Reads stored reports, and starts no computation. */
export class CheckpointHover implements vscode.HoverProvider {
  constructor(
    private readonly services: Services,
    private readonly index: CheckpointIndex,
  ) {}

  async provideHover(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): Promise<vscode.Hover | undefined> {
    const language = languageOf(document.languageId);
    const offset = document.offsetAt(position);
    if (language === undefined) return undefined;
    const text = document.getText();
    if (text.length > MOST_CHARACTERS) return undefined;
    const expression = pathExpressionAt(text, offset, language);
    if (expression === undefined) return undefined;
    const checkpoint = await resolveCheckpoint(expression, {
      documentFolder: folderOf(document),
      workspaceFolders: (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath),
      exists: async (file) => (await stampOf(file)) !== undefined,
      endingIn: (parts) => this.index.endingIn(parts),
    });
    if (checkpoint === undefined) return undefined;
    const range = new vscode.Range(
      document.positionAt(expression.start),
      document.positionAt(expression.end),
    );
    return new vscode.Hover(await this.contents(checkpoint), range);
  }

  private async contents(checkpoint: string): Promise<vscode.MarkdownString> {
    const { store, requests } = this.services;
    const stored = await store.latest(checkpoint);
    if (stored === undefined) return unknownHover(checkpoint);
    const standing = await requests.standing(checkpoint).catch(() => undefined);
    const stale = await staleness(stored, checkpoint, store.records, standing);
    return reportHover(checkpoint, stored.report, stale);
  }
}

/** The folder of a document; for a notebook's cell that of the notebook, whose path it has. */
function folderOf({ uri }: vscode.TextDocument): string | undefined {
  if (uri.scheme !== 'file' && uri.scheme !== 'vscode-notebook-cell') return undefined;
  return path.dirname(vscode.Uri.file(uri.path).fsPath);
}

import * as vscode from 'vscode';
import type { CheckpointSummary } from '../../contract/engine-protocol';
import type { Report } from '../../contract/report';
import { isReportJob } from '../jobs/job';
import type { Services } from '../services';
import { stampOf } from '../store/file-records';
import { staleness } from '../store/staleness';
import { reportHover, severalHover, unknownHover } from './hover-markdown';
import { loosePathAt } from './loose-path';
import { namedFiles } from './named-files';
import { pathExpressionAt } from './path-expression';
import { languageOf } from './tokens';

/** Where a file name is a word. */
const PROSE = ['markdown', 'shellscript', 'bat', 'powershell', 'makefile', 'dockerfile'];

export const HOVER_LANGUAGES = [
  'python',
  'javascript',
  'javascriptreact',
  'typescript',
  'typescriptreact',
  'json',
  'jsonc',
  'yaml',
  ...PROSE,
];

/** Longer documents are data rather than code, and reading one takes more of a hover's 50 ms than is free. */
const MOST_CHARACTERS = 400_000;

/** Shows a checkpoint's figures over the string that names it. Reads stored reports and, of a file without one, what it is; starts no computation. */
export class CheckpointHover implements vscode.HoverProvider {
  constructor(private readonly services: Services) {}

  /** How long the last analysis of a network of that size took in this window. */
  private secondsOf({ parameters }: CheckpointSummary): number | undefined {
    const count = parameters.reduce((sum, each) => sum + (each.trainable ? each.count : 0), 0);
    const same = this.services.queue.all
      .filter(isReportJob)
      .filter(
        ({ status, rest, found }) =>
          status === 'finished' && rest === undefined && found?.checkpoint.parameters === count,
      );
    return same.at(-1)?.found?.cost.seconds;
  }

  async provideHover(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): Promise<vscode.Hover | undefined> {
    const until = performance.now() + READING_MILLISECONDS;
    const language = languageOf(document.languageId);
    const offset = document.offsetAt(position);
    const text = document.getText();
    if (text.length > MOST_CHARACTERS) return undefined;
    const strict = language && pathExpressionAt(text, offset, language);
    const expression = strict ?? loosePathAt(text, offset, language);
    if (expression === undefined) return undefined;
    const found = await namedFiles(expression, document, this.services.checkpoints);
    const [checkpoint, ...others] = found;
    if (checkpoint === undefined) return undefined;
    const range = new vscode.Range(
      document.positionAt(expression.start),
      document.positionAt(expression.end),
    );
    return new vscode.Hover(
      others.length === 0 ? await this.contents(checkpoint, until) : await this.several(found, until),
      range,
    );
  }

  /** Of several, those that have been measured: as many as can be read in a hover's time. */
  private async several(checkpoints: readonly string[], until: number): Promise<vscode.MarkdownString> {
    let longest = 0;
    const measured: { checkpoint: string; report: Report }[] = [];
    // The newest checkpoints of a run have the highest numbers.
    for (const checkpoint of [...checkpoints].reverse().slice(0, MOST_SHOWN)) {
      const begun = performance.now();
      if (begun + longest > until) break;
      const stored = await this.services.store.latest(checkpoint);
      longest = Math.max(longest, performance.now() - begun);
      if (stored !== undefined) measured.push({ checkpoint, report: stored.report });
    }
    return severalHover(checkpoints, measured);
  }

  private async contents(checkpoint: string, until: number): Promise<vscode.MarkdownString> {
    const { store, requests, summaries } = this.services;
    const stored = await store.latest(checkpoint);
    if (stored === undefined) {
      const stamp = await stampOf(checkpoint);
      const small = stamp !== undefined && stamp.size < MOST_BYTES;
      const left = until - performance.now();
      const summary = small ? await summaries.within(checkpoint, left) : undefined;
      return unknownHover(checkpoint, summary, summary && this.secondsOf(summary));
    }
    const standing = await requests.standing(checkpoint).catch(() => undefined);
    const stale = await staleness(stored, checkpoint, store.records, standing);
    return reportHover(checkpoint, stored.report, stale);
  }
}

/** A hover answers within 50 ms: reading ends when so many have passed. And the files that are read in it. */
const READING_MILLISECONDS = 30;
const MOST_SHOWN = 8;
/** A larger checkpoint takes too long to be read for a hover. */
const MOST_BYTES = 300e6;

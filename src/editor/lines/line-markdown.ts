import path from 'node:path';
import * as vscode from 'vscode';
import type { LayerCurvature } from '../../contract/report';
import { formatPercent, formatNumber, withError } from '../../wording/format-number';
import { provenanceOf } from '../hover/figures';
import { words } from '../hover/words';
import type { CodePlace, MadeHere } from './lines-of';
import { figuresOfPlace } from './place-figures';

const MOST_TENSORS = 8;
const MOST_CHECKPOINTS = 6;

/**
 * What a hover says of a line that makes layers: what has changed since, each tensor, and how the same line did in other
 * checkpoints.
 */
export function lineHover(
  { newest, earlier }: CodePlace,
  changes: readonly string[] = [],
): vscode.MarkdownString {
  const markdown = new vscode.MarkdownString('', true);
  markdown.isTrusted = { enabledCommands: ['landscape.showLayer'] };
  const { network, tensors } = newest;
  const { largest } = figuresOfPlace(newest);
  const name = path.basename(network.checkpoint);
  words(markdown.appendMarkdown('**'), name).appendMarkdown(
    `** · ${link(vscode.l10n.t('Open panel'), newest, (largest?.of ?? tensors[0].layer).name)}\n\n`,
  );
  for (const sentence of changes)
    words(markdown.appendMarkdown('$(warning) '), sentence).appendMarkdown('\n\n');
  const shown = [...tensors].sort((a, b) => sizeOf(b.layer) - sizeOf(a.layer)).slice(0, MOST_TENSORS);
  markdown.appendMarkdown(
    `| ${vscode.l10n.t('tensor')}&ensp; | λ₁&ensp; | ${vscode.l10n.t('share of trace')} |\n|:--|:--|:--|\n`,
  );
  for (const { layer } of shown) {
    words(markdown.appendMarkdown('| '), layer.name);
    const { largest: value, trace } = layer;
    const bound = value && value.errorBound > 0 ? value.errorBound : undefined;
    const share = trace && network.total > 0 ? formatPercent(trace.value / network.total) : '';
    markdown.appendMarkdown(`&ensp; | ${value ? withError(value.value, bound) : ''}&ensp; | ${share} |\n`);
  }
  if (tensors.length > shown.length)
    markdown.appendMarkdown(`\n${vscode.l10n.t('and {0} more tensors', tensors.length - shown.length)}\n`);
  words(
    markdown.appendMarkdown('\n'),
    `${vscode.l10n.t('λ₁ of each tensor by itself')} · ${provenanceOf(network.report, new Date())}`,
  );
  if (earlier.length > 0) appendEarlier(markdown, [newest, ...earlier]);
  return markdown;
}

/** The same line in the checkpoints that were measured, the newest measurement first. */
function appendEarlier(markdown: vscode.MarkdownString, all: readonly MadeHere[]): void {
  markdown.appendMarkdown(
    `\n\n| ${vscode.l10n.t('checkpoint')}&ensp; | λ₁&ensp; | ${vscode.l10n.t('share of trace')} |\n|:--|:--|:--|\n`,
  );
  for (const made of all.slice(0, MOST_CHECKPOINTS)) {
    const { largest, share } = figuresOfPlace(made);
    const folder = path.basename(path.dirname(made.network.checkpoint));
    words(markdown.appendMarkdown('| '), `${folder}/${path.basename(made.network.checkpoint)}`);
    markdown.appendMarkdown(
      `&ensp; | ${largest ? formatNumber(largest.value.value, 3) : ''}&ensp; | ${share === undefined ? '' : formatPercent(share)} |\n`,
    );
  }
}

/** What a tensor is listed by. */
const sizeOf = ({ largest, trace }: LayerCurvature): number => largest?.value ?? Math.abs(trace?.value ?? 0);

function link(text: string, { network }: MadeHere, layer: string): string {
  const { checkpoint } = network;
  const args = encodeURIComponent(JSON.stringify([{ checkpoint, layer }]));
  return `[${text}](command:landscape.showLayer?${args})`;
}

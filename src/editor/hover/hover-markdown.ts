import path from 'node:path';
import * as vscode from 'vscode';
import type { CheckpointSummary } from '../../contract/engine-protocol';
import { formatName } from '../../wording/format-name';
import { formatCount, formatNumber, formatSeconds, subscript, withError } from '../../wording/format-number';
import type { Report } from '../../contract/report';
import { isPytorchName } from '../../contract/checkpoint-names';
import { figuresOf, provenanceOf } from './figures';
import { dataUri, spectrumSvg, type ThemeKind } from './spectrum-svg';
import { words } from './words';

const COMMANDS = [
  'landscape.showPanel',
  'landscape.analyze',
  'landscape.analyzePytorch',
  'landscape.rerun',
] as const;
type HoverCommand = (typeof COMMANDS)[number];

/**
 * What a hover says of a checkpoint that has a report. A hover is 250 pixels high before it scrolls: the link and
 * what has changed come first. Text that comes from files is never read as Markdown.
 */
export function reportHover(
  checkpoint: string,
  report: Report,
  stale: readonly string[],
): vscode.MarkdownString {
  const links = [link(vscode.l10n.t('Open panel'), 'landscape.showPanel', checkpoint)];
  if (stale.length > 0) links.push(link(vscode.l10n.t('Run again'), 'landscape.rerun', checkpoint));
  const markdown = heading(checkpoint).appendMarkdown(` · ${links.join(' · ')}`);
  for (const sentence of stale) words(markdown.appendMarkdown('\n\n$(warning) '), sentence);
  markdown.appendMarkdown('\n\n');
  for (const [row, { label, value }] of figuresOf(report).entries()) {
    // The first row stands as the table's head: an empty one would take its place.
    // Hovers' tables have no gap between their columns.
    words(markdown.appendMarkdown(`| ${label}&ensp; | `), value);
    markdown.appendMarkdown(row === 0 ? ' |\n|:--|:--|\n' : ' |\n');
  }
  const svg = spectrumSvg(report.spectrum, themeKind());
  if (svg !== undefined) markdown.appendMarkdown(`\n![${altText(report)}](${dataUri(svg)})\n`);
  return words(markdown.appendMarkdown('\n'), provenanceOf(report, new Date()));
}

/** The picture in words. Its figures are ours, so nothing in them is Markdown. */
function altText({ spectrum }: Report): string {
  const ends = [spectrum.smallest[0]?.value ?? spectrum.lowestRitz, spectrum.largest[0]?.value];
  const [low, high] = ends.map((value) => (value === undefined ? '?' : formatNumber(value, 3)));
  return vscode.l10n.t('Hessian spectrum from {0} to {1}', low ?? '', high ?? '');
}

/** What a hover says of a checkpoint that nobody has analyzed: what it is, where that is known by now. */
export function unknownHover(
  checkpoint: string,
  summary?: CheckpointSummary,
  seconds?: number,
): vscode.MarkdownString {
  const markdown = heading(checkpoint).appendMarkdown('\n\n');
  if (summary !== undefined) words(markdown, summaryText(summary)).appendMarkdown('\n\n');
  if (summary?.refusal !== undefined && summary.format === 'torch-weights') {
    const howTo = link(vscode.l10n.t('How to add it'), 'landscape.analyzePytorch', checkpoint);
    return markdown.appendMarkdown(`${vscode.l10n.t('Their network is not known.')} ${howTo}`);
  }
  if (summary?.refusal !== undefined) return words(markdown, summary.refusal);
  markdown.appendMarkdown(`${vscode.l10n.t('Not analyzed yet.')} `);
  // Of weights the network may be asked for first.
  const command = isPytorchName(checkpoint) ? 'landscape.analyzePytorch' : 'landscape.analyze';
  markdown.appendMarkdown(link(vscode.l10n.t('Analyze curvature'), command, checkpoint));
  if (seconds === undefined) return markdown;
  return words(markdown, ` ${vscode.l10n.t('(a network of this size took {0})', formatSeconds(seconds))}`);
}

/** Layers in their order with repeats counted, and the number of parameters. */
export function summaryText({ layers, parameters, format }: CheckpointSummary): string {
  const kinds: { name: string; count: number }[] = [];
  for (const { className } of layers) {
    const last = kinds.at(-1);
    if (last?.name === className) last.count++;
    else kinds.push({ name: className, count: 1 });
  }
  const shown = kinds
    .slice(0, MOST_LAYERS)
    .map(({ name, count }) => (count > 1 ? `${count} × ${name}` : name));
  const more = kinds.length > MOST_LAYERS ? ' …' : '';
  const count = parameters.reduce((sum, each) => sum + each.count, 0);
  const trained = parameters.reduce((sum, each) => sum + (each.trainable ? each.count : 0), 0);
  const size =
    trained === count || trained === 0
      ? `${formatCount(count)} parameters`
      : `${formatCount(count)} parameters, ${formatCount(trained)} trainable`;
  return [formatName(format), ...(shown.length > 0 ? [shown.join(', ') + more] : []), size].join(' · ');
}

const MOST_LAYERS = 8;

/** What a hover says of several checkpoints that one expression names. */
export function severalHover(
  checkpoints: readonly string[],
  measured: readonly { readonly checkpoint: string; readonly report: Report }[],
): vscode.MarkdownString {
  const count = vscode.l10n.t('{0} checkpoints', checkpoints.length);
  const markdown = trusted().appendMarkdown(`**Landscape** · ${count}\n\n`);
  if (measured.length === 0) markdown.appendMarkdown(vscode.l10n.t('None of the last ones is analyzed yet.'));
  for (const [row, { checkpoint, report }] of measured.entries()) {
    const largest = report.spectrum.largest[0];
    const figures = [
      ...(largest ? [`λ${subscript(1)} ${withError(largest.value, largest.errorBound)} numeric`] : []),
      ...(report.loss ? [vscode.l10n.t('loss {0}', formatNumber(report.loss.train.loss.value, 3))] : []),
    ];
    words(markdown.appendMarkdown('| '), path.basename(checkpoint)).appendMarkdown(' | ');
    words(markdown, figures.join(' · ')).appendMarkdown(
      ` | ${link(vscode.l10n.t('Open panel'), 'landscape.showPanel', checkpoint)} |\n`,
    );
    // The first row stands as the table's head.
    if (row === 0) markdown.appendMarkdown('|:--|:--|:--|\n');
  }
  return markdown;
}

function heading(checkpoint: string): vscode.MarkdownString {
  return trusted().appendMarkdown('**Landscape** · ').appendText(path.basename(checkpoint));
}

function trusted(): vscode.MarkdownString {
  const markdown = new vscode.MarkdownString('', true);
  markdown.isTrusted = { enabledCommands: COMMANDS };
  return markdown;
}

function link(text: string, command: HoverCommand, checkpoint: string): string {
  // Brackets would end the link's target.
  const argument = encodeURIComponent(JSON.stringify([{ checkpoint }]))
    .replace(/\(/g, '%28')
    .replace(/\)/g, '%29');
  return `[${text}](command:${command}?${argument})`;
}

function themeKind(): ThemeKind {
  switch (vscode.window.activeColorTheme.kind) {
    case vscode.ColorThemeKind.Light:
      return 'light';
    case vscode.ColorThemeKind.Dark:
      return 'dark';
    case vscode.ColorThemeKind.HighContrast:
      return 'high-contrast';
    case vscode.ColorThemeKind.HighContrastLight:
      return 'high-contrast-light';
  }
}

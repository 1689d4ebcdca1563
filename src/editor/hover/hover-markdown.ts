import path from 'node:path';
import * as vscode from 'vscode';
import { formatNumber } from '../../shared/format-number';
import type { Report } from '../../shared/report';
import { figuresOf, provenanceOf } from './figures';
import { dataUri, spectrumSvg, type ThemeKind } from './spectrum-svg';

const COMMANDS = ['landscape.showPanel', 'landscape.analyze', 'landscape.rerun'] as const;
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
    words(markdown.appendMarkdown(`| ${label} | `), value);
    markdown.appendMarkdown(row === 0 ? ' |\n|:--|:--|\n' : ' |\n');
  }
  const svg = spectrumSvg(report.spectrum, themeKind());
  if (svg !== undefined) markdown.appendMarkdown(`\n![${altText(report)}](${dataUri(svg)})\n`);
  return words(markdown.appendMarkdown('\n'), provenanceOf(report, new Date()));
}

/** Text that is not read as Markdown. Given whole, its blanks would not break, and the hover cut the line off. */
function words(markdown: vscode.MarkdownString, text: string): vscode.MarkdownString {
  for (const [position, word] of text.split(' ').entries()) {
    if (position > 0) markdown.appendMarkdown(' ');
    markdown.appendText(word);
  }
  return markdown;
}

/** The picture in words. Its figures are ours, so nothing in them is Markdown. */
function altText({ spectrum }: Report): string {
  const ends = [spectrum.smallest[0]?.value ?? spectrum.lowestRitz, spectrum.largest[0]?.value];
  const [low, high] = ends.map((value) => (value === undefined ? '?' : formatNumber(value, 3)));
  return vscode.l10n.t('Hessian spectrum from {0} to {1}', low ?? '', high ?? '');
}

/** What a hover says of a checkpoint that nobody has analyzed. */
export function unknownHover(checkpoint: string): vscode.MarkdownString {
  const markdown = heading(checkpoint).appendMarkdown(`\n\n${vscode.l10n.t('Not analyzed yet.')} `);
  return markdown.appendMarkdown(link(vscode.l10n.t('Analyze curvature'), 'landscape.analyze', checkpoint));
}

function heading(checkpoint: string): vscode.MarkdownString {
  const markdown = new vscode.MarkdownString('', true);
  markdown.isTrusted = { enabledCommands: COMMANDS };
  return markdown.appendMarkdown('**Landscape** · ').appendText(path.basename(checkpoint));
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

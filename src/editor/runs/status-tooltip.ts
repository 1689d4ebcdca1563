import * as vscode from 'vscode';

/** What a status bar item says of the work it shows, with a link that stops it. */
export function statusTooltip(text: string): vscode.MarkdownString {
  const tooltip = new vscode.MarkdownString();
  tooltip.isTrusted = { enabledCommands: ['landscape.cancel'] };
  tooltip.appendText(text);
  return tooltip.appendMarkdown(`\n\n[${vscode.l10n.t('Cancel')}](command:landscape.cancel)`);
}

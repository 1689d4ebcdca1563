import type * as vscode from 'vscode';

/** Text that is not read as Markdown. Given whole, its blanks would not break, and the hover cut the line off. */
export function words(markdown: vscode.MarkdownString, text: string): vscode.MarkdownString {
  for (const [position, word] of text.split(' ').entries()) {
    if (position > 0) markdown.appendMarkdown(' ');
    markdown.appendText(word);
  }
  return markdown;
}

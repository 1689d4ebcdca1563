import * as vscode from 'vscode';

export const FAILED = 'list.errorForeground';
const SCHEME = 'landscape-failed';

/** The address of a failed line of the view, by which its text is coloured. */
export function rowColour(id: string): vscode.Uri {
  return vscode.Uri.from({ scheme: SCHEME, path: `/${id}` });
}

/** Colours the lines of what failed: a tree's text has a colour by a decoration of its address alone. */
export const failedRows: vscode.FileDecorationProvider = {
  provideFileDecoration: ({ scheme }) =>
    scheme === SCHEME
      ? { color: new vscode.ThemeColor(FAILED), tooltip: vscode.l10n.t('failed') }
      : undefined,
};

import * as vscode from 'vscode';

/** A class or function of the workspace. */
interface Code {
  readonly file: string;
  readonly name: string;
  readonly kind: 'class' | 'function';
}

/** Asks which of these classes and functions is meant. Undefined when dismissed. */
export async function pickCode<T extends Code>(
  all: readonly T[],
  question: { readonly title: string; readonly placeHolder: string },
  detailOf: (code: T) => string | undefined = () => undefined,
): Promise<T | undefined> {
  const items = all.map((code) => {
    const detail = detailOf(code);
    return {
      label: code.name,
      description: vscode.workspace.asRelativePath(code.file),
      ...(detail === undefined ? {} : { detail }),
      iconPath: new vscode.ThemeIcon(code.kind === 'class' ? 'symbol-class' : 'symbol-function'),
      code,
    };
  });
  const picked = await vscode.window.showQuickPick(items, {
    ...question,
    matchOnDescription: true,
    ignoreFocusOut: true,
  });
  return picked?.code;
}

import * as vscode from 'vscode';
import type { LineFigures } from './line-figures';
import { figuresOfPlace } from './place-figures';

/** Pixels of the longest bar in a document. */
const LONGEST = 36;
/** Between an edit and the bars: they move with the text by themselves until then. */
const QUIET = 150;

/** A small bar behind each line that makes layers: their share of the trace, beside the largest one of the document. */
export class LineBars implements vscode.Disposable {
  private readonly type = vscode.window.createTextEditorDecorationType({
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  private readonly drawn = new WeakSet<vscode.TextEditor>();
  private readonly subscriptions: vscode.Disposable[];
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly figures: LineFigures) {
    this.subscriptions = [
      this.type,
      figures.onDidChange(() => this.soon()),
      vscode.window.onDidChangeVisibleTextEditors(() => this.soon()),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document.languageId === 'python') this.soon();
      }),
    ];
    this.soon();
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private soon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.draw(), QUIET);
  }

  private draw(): void {
    for (const editor of vscode.window.visibleTextEditors) {
      const { document } = editor;
      const bars = document.languageId === 'python' ? this.barsOf(document) : [];
      if (bars.length === 0 && !this.drawn.has(editor)) continue;
      editor.setDecorations(this.type, bars);
      this.drawn.add(editor);
    }
  }

  private barsOf(document: vscode.TextDocument): vscode.DecorationOptions[] {
    const places = this.figures.placesOf(document).flatMap(({ line, newest }) => {
      const { share } = figuresOfPlace(newest);
      return share === undefined || line > document.lineCount ? [] : [{ line, share }];
    });
    const longest = Math.max(...places.map(({ share }) => Math.abs(share)));
    return places.map(({ line, share }) => ({
      range: new vscode.Range(document.lineAt(line - 1).range.end, document.lineAt(line - 1).range.end),
      renderOptions: { after: barOf(share, longest > 0 ? Math.abs(share) / longest : 0) },
    }));
  }
}

function barOf(share: number, length: number): vscode.ThemableDecorationAttachmentRenderOptions {
  return {
    contentText: '',
    width: `${Math.max(2, Math.round(length * LONGEST))}px`,
    height: '0.55em',
    margin: '0 0 0 1ch',
    backgroundColor: new vscode.ThemeColor(share < 0 ? 'charts.red' : 'charts.blue'),
  };
}

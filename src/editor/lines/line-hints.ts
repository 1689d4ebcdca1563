import * as vscode from 'vscode';
import { stale } from '../panel/subjects/common';
import type { Services } from '../services';
import type { LineFigures } from './line-figures';
import { lineHover } from './line-markdown';
import type { CodePlace } from './lines-of';
import { figuresOfPlace, labelOf } from './place-figures';

/** A hint that knows its place, for the hover over it. */
class LineHint extends vscode.InlayHint {
  constructor(
    position: vscode.Position,
    label: string,
    readonly place: CodePlace,
  ) {
    super(position, label);
    this.paddingLeft = true;
  }
}

/** Behind each line that makes layers, their largest eigenvalue and share of the trace. */
export class LineHints implements vscode.InlayHintsProvider<LineHint> {
  readonly onDidChangeInlayHints: vscode.Event<void>;

  constructor(
    private readonly figures: LineFigures,
    private readonly services: Services,
  ) {
    this.onDidChangeInlayHints = figures.onDidChange;
  }

  provideInlayHints(document: vscode.TextDocument, range: vscode.Range): LineHint[] {
    return this.figures.placesOf(document).flatMap((place) => {
      const line = place.line - 1;
      if (line < range.start.line || line > range.end.line || line >= document.lineCount) return [];
      const label = labelOf(figuresOfPlace(place.newest));
      return label === '' ? [] : [new LineHint(document.lineAt(line).range.end, label, place)];
    });
  }

  async resolveInlayHint(hint: LineHint): Promise<LineHint> {
    hint.tooltip = lineHover(hint.place, await changes(this.services, hint.place));
    return hint;
  }
}

/** Over the code that makes layers: the rows of their tensors, and earlier checkpoints. */
export class LineHovers implements vscode.HoverProvider {
  constructor(
    private readonly figures: LineFigures,
    private readonly services: Services,
  ) {}

  async provideHover(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): Promise<vscode.Hover | undefined> {
    const offset = document.offsetAt(position);
    const place = this.figures.placesOf(document).find(({ from, to }) => from <= offset && offset <= to);
    if (place === undefined) return undefined;
    const range = new vscode.Range(document.positionAt(place.from), document.positionAt(place.to));
    return new vscode.Hover(lineHover(place, await changes(this.services, place)), range);
  }
}

/** What has changed since the newest figures of a line were measured. */
async function changes(services: Services, { newest }: CodePlace): Promise<readonly string[]> {
  const { checkpoint } = newest.network;
  const stored = await services.store.latest(checkpoint);
  return stored === undefined ? [] : stale(services, stored, checkpoint);
}

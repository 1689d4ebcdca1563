import path from 'node:path';
import * as vscode from 'vscode';
import { figuresInCode } from '../configuration';
import { reportHover } from '../hover/hover-markdown';
import { namedFiles } from '../hover/named-files';
import { holdsRun } from '../hover/resolve';
import { languageOf } from '../hover/tokens';
import { stale } from '../panel/subjects/common';
import type { Services } from '../services';
import type { StoredReport } from '../store/report-store';
import { whenMeasured } from '../store/when-measured';
import { loadLabel } from './load-label';
import { MOST_CHARACTERS, pythonTextOf } from '../python-texts';
import { type Load, loadsIn, loadsInPython } from './loads-in';

/** A call that loads one checkpoint of the workspace, and its newest figures where it has any. */
interface LoadedHere extends Load {
  readonly checkpoint: string;
  readonly stored: StoredReport | undefined;
}

/** A hint whose hover is made where somebody asks for it, not at every edit. */
class LoadHint extends vscode.InlayHint {
  constructor(
    position: vscode.Position,
    label: string,
    readonly hover: () => vscode.MarkdownString,
  ) {
    super(position, label);
    this.paddingLeft = true;
  }
}

/** Behind each call that loads a checkpoint, its figures; above it, what can be done with it. Reads stored reports alone. */
export class LoadHints
  implements vscode.InlayHintsProvider<LoadHint>, vscode.CodeLensProvider, vscode.Disposable
{
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions: vscode.Disposable[];
  private readonly read = new WeakMap<
    vscode.TextDocument,
    { readonly version: number; readonly loads: readonly Load[] }
  >();
  readonly onDidChangeInlayHints = this.changed.event;
  readonly onDidChangeCodeLenses = this.changed.event;

  constructor(private readonly services: Services) {
    this.subscriptions = [
      ...whenMeasured(services, () => this.changed.fire()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('landscape.figuresInCode')) this.changed.fire();
      }),
      this.changed,
    ];
  }

  async provideInlayHints(document: vscode.TextDocument, range: vscode.Range): Promise<LoadHint[]> {
    const hints: LoadHint[] = [];
    for (const { end, checkpoint, stored } of await this.loadedIn(document)) {
      const at = document.positionAt(end);
      if (stored === undefined || at.line < range.start.line || at.line > range.end.line) continue;
      const changes = await stale(this.services, stored, checkpoint);
      const label = loadLabel(stored.report, changes.length > 0);
      if (label === '') continue;
      hints.push(new LoadHint(at, label, () => reportHover(checkpoint, stored.report, changes)));
    }
    return hints;
  }

  resolveInlayHint(hint: LoadHint): LoadHint {
    hint.tooltip = hint.hover();
    return hint;
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const lenses: vscode.CodeLens[] = [];
    const folders = await this.services.checkpoints.byFolder();
    for (const { expression, checkpoint, stored } of await this.loadedIn(document)) {
      const at = document.positionAt(expression.start);
      const lens = (title: string, command: string, argument: unknown) =>
        lenses.push(new vscode.CodeLens(new vscode.Range(at, at), { title, command, arguments: [argument] }));
      if (stored === undefined) lens(vscode.l10n.t('Analyze Curvature'), 'landscape.analyze', { checkpoint });
      else lens(vscode.l10n.t('Open Panel'), 'landscape.showPanel', { checkpoint });
      const folder = path.dirname(checkpoint);
      const run = folders.get(folder) ?? [];
      if (stored !== undefined && holdsRun(run))
        lens(
          vscode.l10n.t('Compare the {0} of {1}', run.length, path.basename(folder)),
          'landscape.compare',
          vscode.Uri.file(folder),
        );
    }
    return lenses;
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  /** Read once for each version of a document: hints and lenses ask after every edit. */
  private callsIn(document: vscode.TextDocument, language: 'python' | 'javascript'): readonly Load[] {
    const { version } = document;
    const known = this.read.get(document);
    if (known?.version === version) return known.loads;
    const loads = language === 'python' ? loadsInPython(pythonTextOf(document)) : scriptLoads(document);
    this.read.set(document, { version, loads });
    return loads;
  }

  private async loadedIn(document: vscode.TextDocument): Promise<LoadedHere[]> {
    const language = languageOf(document.languageId);
    if (!figuresInCode(document.uri) || (language !== 'python' && language !== 'javascript')) return [];
    const found: LoadedHere[] = [];
    for (const load of this.callsIn(document, language)) {
      const [checkpoint] = await namedFiles(load.expression, document, this.services.checkpoints);
      if (checkpoint === undefined) continue;
      found.push({ ...load, checkpoint, stored: await this.services.store.latest(checkpoint) });
    }
    return found;
  }
}

function scriptLoads(document: vscode.TextDocument): readonly Load[] {
  const text = document.getText();
  return text.length > MOST_CHARACTERS ? [] : loadsIn(text);
}

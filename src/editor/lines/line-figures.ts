import * as vscode from 'vscode';
import { messageOf } from '../../core/errors';
import { figuresInCode } from '../configuration';
import { inOrder } from '../panel/in-order';
import { pythonTextOf } from '../python-texts';
import { whenMeasured } from '../store/when-measured';
import type { Services } from '../services';
import { knownNetworks } from './known-networks';
import { type CodePlace, placesIn } from './lines-of';
import type { NetworkFigures } from './network-figures';
import { SeenLines } from './seen-lines';

export const PYTHON: vscode.DocumentSelector = [
  { language: 'python', scheme: 'file' },
  { language: 'python', scheme: 'vscode-notebook-cell' },
];

/** Jobs and files may change many at once. */
const QUIET = 300;

interface Kept {
  readonly version: number;
  readonly networks: readonly NetworkFigures[];
  readonly places: readonly CodePlace[];
}

/** Which lines of open documents make layers, and what was measured of these. All of it comes from stored reports. */
export class LineFigures implements vscode.Disposable {
  private networks: readonly NetworkFigures[] = [];
  private isAsked = false;
  private timer: NodeJS.Timeout | undefined;
  private readonly kept = new WeakMap<vscode.TextDocument, Kept>();
  private readonly seen: SeenLines;
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions: vscode.Disposable[];
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly services: Pick<
      Services,
      'store' | 'checkpoints' | 'queue' | 'files' | 'context' | 'log'
    >,
  ) {
    this.seen = new SeenLines(services.context.workspaceState);
    this.subscriptions = [
      ...whenMeasured(services, () => this.soon()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('landscape.figuresInCode')) this.changed.fire();
      }),
      this.changed,
      this.seen,
    ];
  }

  /** The places of a document that make measured layers, in their order; none where the person wants none. */
  placesOf(document: vscode.TextDocument): readonly CodePlace[] {
    if (!figuresInCode(document.uri)) return [];
    if (!this.isAsked) {
      this.isAsked = true;
      void this.reload();
    }
    const { networks } = this;
    if (networks.length === 0) return [];
    const known = this.kept.get(document);
    if (known?.version === document.version && known.networks === networks) return known.places;
    const places = this.read(document);
    this.kept.set(document, { version: document.version, networks, places });
    return places;
  }

  /** Reads the stored reports again. */
  readonly reload = inOrder(
    () =>
      knownNetworks(this.services).catch((error: unknown) => {
        this.services.log.warn(`Reports for lines of code: ${messageOf(error)}`);
        return this.networks;
      }),
    (networks) => {
      this.networks = networks;
      this.changed.fire();
    },
  );

  dispose(): void {
    clearTimeout(this.timer);
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private read(document: vscode.TextDocument): CodePlace[] {
    const { uri } = document;
    const path = uri.scheme === 'file' ? uri.fsPath : vscode.Uri.file(uri.path).fsPath;
    const stands = ({ checkpoint, report }: NetworkFigures, tensor: string, own: string) =>
      this.seen.stands(JSON.stringify([path, checkpoint, report.createdAt, tensor]), own);
    return placesIn({ path, text: pythonTextOf(document), stands }, this.networks);
  }

  private soon(): void {
    if (!this.isAsked) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.reload(), QUIET);
  }
}

import type { CheckpointChange } from './change';
import type { Comparison } from './comparison';
import type { ShownFile } from './contents';
import type { CheckpointSummary } from './engine-protocol';
import type { ExperimentReport } from './experiment';
import type { History } from './history';
import type { Progress } from './progress';
import type { LayerCurvature, Report } from './report';
import type { Surface } from './surface';
import type { Watch } from './watch';

/** What a panel shows besides a report on one checkpoint, told apart by its `kind`. */
export type PanelDocument = History | Comparison | ExperimentReport | Surface | Watch;

/** Something that can be done about what is shown: a sentence, and a button for each way. */
export interface Offer {
  /** Something to look at first where it says nothing else. */
  readonly kind?: 'warning' | 'note';
  readonly text: string;
  readonly actions: readonly { readonly id: string; readonly label: string }[];
}

/** Everything a panel or custom editor shows. The host holds it and sends it whole whenever it changes. */
export interface PanelState {
  readonly view: 'report' | 'checkpoint' | 'document';
  /** File name for the title line. */
  readonly title: string;
  readonly job:
    | { readonly status: 'idle' }
    | { readonly status: 'queued'; readonly ahead: number }
    | { readonly status: 'running'; readonly progress: Progress }
    /** `ofRun` tells a failed run, which other data or another attempt may mend, from a file that cannot be shown. */
    | {
        readonly status: 'failed';
        readonly message: string;
        readonly ofRun: boolean;
        /** A job that failed before it had done anything has nothing to go on from: it is tried again. */
        readonly begun?: boolean;
      }
    | { readonly status: 'cancelled' };
  readonly report: Report | undefined;
  readonly summary: CheckpointSummary | undefined;
  /** What is in a file whose network may not be known: all its tensors. The summary is absent where it is no checkpoint. */
  readonly contents?: ShownFile;
  /** Of a side of a diff: what differs from the other one. */
  readonly change?: CheckpointChange;
  /** Of a run of training, a comparison, an experiment; the report is then absent. */
  readonly document?: PanelDocument;
  /** What has changed since the report was made: "The checkpoint has changed since..." One sentence each. */
  readonly stale: readonly string[];
  /** What the host offers to do about what is shown, one line each, the most urgent first. */
  readonly offers?: readonly Offer[];
  /** Opaque. The webview keeps it by `setState({ restore })`, and the host opens the same panel again from it. */
  readonly restore?: string;
}

export type ExportFormat = 'png' | 'svg' | 'csv' | 'json' | 'html' | 'npz' | 'vti' | 'obj' | 'py';

/**
 * What the webview keeps by `setState`, and so what a `WebviewPanelSerializer` gets: the last state shown, and the
 * person's choices at the page (open tables, sort order), which mean nothing to the host.
 */
export interface SavedState {
  readonly panel: PanelState | undefined;
  readonly ui: Readonly<Record<string, unknown>>;
}

/** From the host to the webview. */
export type HostMessage =
  | { readonly type: 'state'; readonly state: PanelState }
  /** Brings the row of a tensor into sight. */
  | { readonly type: 'reveal'; readonly tensor: string };

/** From the webview to the host. */
export type PanelMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'analyze' }
  | { readonly type: 'cancel' }
  | { readonly type: 'rerun' }
  | { readonly type: 'swap' }
  | { readonly type: 'chooseData' }
  /** Opens the settings that hold for the checkpoint shown. */
  | { readonly type: 'openSettings' }
  /** Tests on the checkpoint shown which measures a rescaling of its layers moves. */
  | { readonly type: 'rescale' }
  /** Draws the landscape around the checkpoint shown in full, in the plane of its report's small picture. */
  | { readonly type: 'openLandscape' }
  /** Holds the checkpoint shown against the state that git has of it, and measures both where that is wanted. */
  | { readonly type: 'compareWithHead' }
  /** Compares the checkpoint shown with others, which are asked for. */
  | { readonly type: 'compare' }
  /** Opens the report on one checkpoint of a comparison, by its place in `members`. */
  | { readonly type: 'openMember'; readonly index: number }
  /** Opens a file that a document names: a checkpoint of a run, by its path. */
  | { readonly type: 'openFile'; readonly file: string }
  /** Takes up an offer, by the id of one of its actions. */
  | { readonly type: 'accept'; readonly id: string }
  /** Analyzes a checkpoint that a document names, by its path. */
  | { readonly type: 'analyzeFile'; readonly file: string }
  /** Copies what is shown as Markdown. */
  | { readonly type: 'copyMarkdown' }
  /** Opens the line of code that makes a tensor's layer, one of these. */
  | { readonly type: 'openSource'; readonly tensor: string; readonly layers: readonly LayerCurvature[] }
  | {
      readonly type: 'export';
      /** For "html" the content is the `PanelState` as JSON: the host makes the page of it by `standaloneHtml`. */
      readonly format: ExportFormat;
      readonly name: string;
      readonly content: string;
      readonly encoding: 'utf8' | 'base64';
    }
  | { readonly type: 'error'; readonly message: string };

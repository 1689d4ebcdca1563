import path from 'node:path';
import type { Offer, PanelDocument } from '../../contract/panel-protocol';
import type { Report } from '../../contract/report';
import { formatCount, formatPercent, subscript } from '../../wording/format-number';
import { promisedShare } from '../../wording/interpretation/interpretation';
import { holdsRun } from '../hover/resolve';
import type { Checkpoints } from '../services';
import { runOf } from '../training/held-run';

/** The ids of what can be done next. One that takes more rows ends in their number. */
export const DRAW = 'draw';
export const COMPARE_RUN = 'compare-run';
export const DRAW_PATH = 'draw-path';
export const ANALYZE_LAST = 'analyze-last';
export const TRAIN_ON = 'train-on';
const MORE_ROWS = 'rows-';

/** Above this share of λ₁ other rows are said to give another one. */
const LARGE_SHARE = 0.3;
/** The error falls by half with four times the rows. */
const TIMES = 4;

/**
 * What to do where the rows are too few for the largest eigenvalue: the least that other rows would move it by is a large
 * share of it, and there are more rows to take.
 */
export function moreRows({ kind, status, spectrum, settings }: Report): Offer | undefined {
  const [largest] = spectrum.largest;
  const { rows, data } = settings;
  if (kind !== 'analysis' || status !== 'complete' || !largest?.heldFixed) return undefined;
  const share = largest.heldFixed / Math.abs(largest.value);
  if (!(share > LARGE_SHARE) || rows >= data.trainRows) return undefined;
  const more = Math.min(TIMES * rows, data.trainRows);
  return {
    text: `Other rows would move λ${subscript(1)} by ${formatPercent(share, 2)} at least: these are ${formatCount(rows)} of ${formatCount(data.trainRows)}.`,
    actions: [{ id: `${MORE_ROWS}${more}`, label: `Take ${formatCount(more)} Rows` }],
  };
}

/** From this share of the loss on the gradient promises so much that the figures are of a place on the way. */
const LARGE_PROMISE = 0.1;

/** That training is not over where the gradient is large, with the way to go on where the run is one of ours. */
export function trainOn(checkpoint: string, report: Report): Offer | undefined {
  if (report.kind !== 'analysis' || report.status !== 'complete') return undefined;
  const share = promisedShare(report);
  if (share === undefined || share < LARGE_PROMISE) return undefined;
  const much = share >= 1 ? 'more than the whole loss' : `${formatPercent(share, 2)} of the loss`;
  return {
    kind: 'note',
    text: `Training is not over: the gradient still promises ${much}, and curvature changes on the way down.`,
    actions: runOf(checkpoint) ? [{ id: TRAIN_ON, label: 'Go On Training…' }] : [],
  };
}

/** The number of rows that an offer of {@link moreRows} stands for; undefined for other offers. */
export const rowsAccepted = (id: string): number | undefined =>
  id.startsWith(MORE_ROWS) ? Number(id.slice(MORE_ROWS.length)) : undefined;

/** What a person goes on to from a finished analysis: its landscape, and the others of its run where there are any. */
export async function afterAnalysis(
  checkpoints: Pick<Checkpoints, 'byFolder'>,
  checkpoint: string,
  report: Report,
): Promise<Offer[]> {
  const { kind, status } = report;
  if (kind !== 'analysis' || status !== 'complete') return [];
  const beside = (await checkpoints.byFolder()).get(path.dirname(checkpoint)) ?? [];
  const actions = [
    { id: DRAW, label: 'Draw the Landscape…' },
    ...(holdsRun(beside) && beside.includes(checkpoint)
      ? [{ id: COMPARE_RUN, label: `Compare the ${beside.length} of This Folder` }]
      : []),
  ];
  const training = trainOn(checkpoint, report);
  const text = report.picture ? 'What now?' : 'The landscape is not drawn here yet. What now?';
  return [...(training ? [training] : []), { kind: 'note', text, actions }];
}

/** What a person goes on to from a document: from a run of training that has ended, its checkpoints. */
export function afterDocument(document: PanelDocument | undefined): Offer[] {
  if (document?.kind !== 'training' || document.status === 'running') return [];
  const kept = document.epochs.filter(({ checkpoint }) => checkpoint !== undefined).length;
  if (kept === 0) return [];
  const actions = [
    { id: ANALYZE_LAST, label: 'Analyze the Last Checkpoint' },
    ...(kept > 1 ? [{ id: COMPARE_RUN, label: 'Compare the Run' }] : []),
    ...(kept > 2 ? [{ id: DRAW_PATH, label: 'Draw Its Path…' }] : []),
  ];
  return [{ kind: 'note', text: 'What now?', actions }];
}

import type { AnalyzeRequest } from '../../../contract/settings';
import { PICTURE_PLACES, drawPicture } from '../draw-picture';
import { type AnalysisStage, type WorkSize, workSize } from './stage';

/** Multiplications of the whole picture up to which it is drawn in passing: seconds on two cores. */
const AFFORDABLE = 1e11;
/** A product has several times the multiplications of the loss. */
const LOSS_SHARE = 0.2;

/** Is it asked for? A plane takes two eigenvectors. */
const isAsked = ({ picture: asked, top }: AnalyzeRequest): boolean => asked && top > 1;

/** Is it drawn in passing? By the work alone: how busy a machine is decides nothing. */
const isAffordable = ({ operations }: WorkSize): boolean =>
  PICTURE_PLACES * operations * LOSS_SHARE <= AFFORDABLE;

/** Will a report of so much work have a picture? */
export const hasPicture = (request: AnalyzeRequest, size: WorkSize): boolean =>
  isAsked(request) && isAffordable(size);

/** A small picture of the landscape: after the figures, which it must not keep waiting. */
export const picture: AnalysisStage = {
  name: 'picture',
  isAsked,
  work: (_, size) => (isAffordable(size) ? PICTURE_PLACES : 0),
  products: 0,
  cost: (_, size, cost) => (isAffordable(size) ? PICTURE_PLACES * cost.value : 0),
  async run(state) {
    const { problem, origin, request } = state.subject;
    const { loss, checkpoint } = state.report;
    if (loss === undefined || !isAffordable(workSize(problem))) return;
    let drawn = 0;
    await drawPicture({
      ...{ problem, origin, pairs: state.largest, centre: loss, checkpoint, seed: request.seed },
      signal: state.signal,
      onSamples: (count) => state.progress.advance((drawn += count)),
      onPicture: (found) => {
        state.report.picture = found;
        state.publish();
      },
    });
  },
};

import { LocalChannel } from '../../lanes/in-process';
import type { LaneChannel } from '../../lanes/lane';
import type { TrainingReplies, TrainingRequest } from './protocol';
import { TrainingWorker } from './worker';

/** A training lane in this process: for tests. */
export const trainingLaneHere = (): LaneChannel<TrainingRequest, TrainingReplies> =>
  new LocalChannel<TrainingRequest, TrainingReplies>(new TrainingWorker());

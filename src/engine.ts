import { serveParentProcess } from './engine/process-channel';
import { analyze } from './jobs/analyze/analyze';
import { compare } from './jobs/compare/compare';
import { lanesOn } from './jobs/context/lanes-on';
import { describe } from './jobs/describe/describe';
import { cancelElsewhere } from './jobs/elsewhere/cancel-elsewhere';
import { elsewhere } from './jobs/elsewhere/elsewhere';
import { places } from './jobs/elsewhere/places';
import { estimate } from './jobs/estimate/estimate';
import { estimateRun } from './jobs/estimate/estimate-run';
import { experiment } from './jobs/experiment/experiment';
import { hash } from './jobs/describe/hash';
import { handOver } from './jobs/hand-over/hand-over';
import { headers } from './jobs/describe/headers';
import { interpolate } from './jobs/interpolate/interpolate';
import { planTasks } from './jobs/tasks/plan-tasks';
import { planRuns } from './jobs/tasks/plan-runs';
import { planPictures } from './jobs/tasks/plan-pictures';
import { rescale } from './jobs/rescale/rescale';
import { runTask } from './jobs/tasks/run-task';
import { show } from './jobs/show/show';
import { surface } from './jobs/surface/surface';
import { train } from './jobs/train/train';
import { watch } from './jobs/watch/watch';
import { preview } from './jobs/describe/preview';
import { tryData } from './jobs/describe/try-data';

lanesOn(process.argv.slice(2));
serveParentProcess({
  analyze,
  interpolate,
  train,
  compare,
  rescale,
  surface,
  watch,
  experiment,
  describe,
  hash,
  handOver,
  headers,
  preview,
  show,
  tryData,
  estimate,
  estimateRun,
  planTasks,
  planRuns,
  planPictures,
  runTask,
  elsewhere,
  places,
  cancelElsewhere,
});

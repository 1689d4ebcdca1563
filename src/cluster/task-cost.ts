import { availableParallelism } from 'node:os';
import type { CostEstimate, RunCostRequest } from '../contract/engine-protocol';
import type { AnalyzeRequest } from '../contract/settings';
import type { SurfaceTask } from '../contract/surface-step';
import type { Task } from '../contract/tasks';
import { UserError } from '../core/errors';
import type { Cost } from './resources';

/** What times things here. */
export interface Timing {
  /** The analysis of a checkpoint. */
  analysis(request: AnalyzeRequest): Promise<CostEstimate>;
  /** The training of a run of an experiment, and the measuring of its end. */
  run(request: RunCostRequest): Promise<CostEstimate>;
}

/** What one task takes here; unknown of what cannot be measured, which its own task will say. */
export async function costOf(task: Task, timing: Timing): Promise<Cost | undefined> {
  try {
    if ('run' in task) return taken(await timing.run(task));
    const request =
      'request' in task
        ? task.request
        : { ...task.surface.settings, checkpoint: task.surface.checkpoints[0] };
    const cost = await timing.analysis(request);
    const products = 'step' in task ? productsOf(task) : cost.hvps;
    const seconds = 'step' in task ? (products * cost.hvpMilliseconds) / 1000 : cost.seconds;
    return taken({ ...cost, seconds });
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

const taken = ({ seconds, peakMemoryBytes }: CostEstimate): Cost => ({
  seconds,
  peakMemoryBytes,
  cpus: availableParallelism(),
});

/**
 * Products that a plane takes, and in products what is measured at a place: its loss on all rows, and what a map shows of it.
 */
const PLANE = 40;
const PLACE = { loss: 0.5, map: 25 };
/** Places of a first look. */
const FIRST = 81;
/** In products, what is measured at each checkpoint of a path. */
const ALONG = { steps: 1, gradient: 15, curvature: 125 } as const;

/** How many products a step of pictures takes at most, as long as so many. */
function productsOf({ surface: { choices, checkpoints }, step }: SurfaceTask): number {
  const { points, map = 0, plane, along } = choices;
  const drawing = PLACE.loss * points;
  const mapping = PLACE.map * map ** 2;
  switch (step.kind) {
    case 'plane':
      return PLANE;
    case 'look':
      return PLANE + PLACE.loss * FIRST;
    case 'picture':
      return PLANE + drawing;
    case 'map':
      return PLANE + mapping;
    case 'whole':
      return PLANE + drawing + mapping + (plane === 'path' ? ALONG[along] * checkpoints.length : 0);
  }
}

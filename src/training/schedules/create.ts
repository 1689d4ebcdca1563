import type { ScheduleSettings } from '../../contract/run-file';
import { constant } from './constant';
import { cosine } from './cosine';
import { exponential } from './exponential';
import { multiStep } from './multi-step';
import { oneCycle } from './one-cycle';
import { polynomial } from './polynomial';
import { reduceOnPlateau } from './reduce-on-plateau';
import type { Schedule, ScheduleFacts } from './schedule';
import { step } from './step';
import { after, warmUp } from './warm-up';
import { warmRestarts } from './warm-restarts';

/**
 * The schedule of a run file. Warm-up goes in front: schedules over the whole run (polynomial, cosine, one-cycle) and warm
 * restarts run over the steps after it; those that name epochs keep to the epochs of the run.
 */
export function createSchedule(settings: ScheduleSettings | undefined, facts: ScheduleFacts): Schedule {
  const { warmupSteps } = facts;
  const schedule = withoutWarmUp(settings ?? { name: 'constant' }, facts);
  return warmupSteps > 0 ? warmUp(schedule, warmupSteps) : schedule;
}

function withoutWarmUp(settings: ScheduleSettings, facts: ScheduleFacts): Schedule {
  const { warmupSteps, totalSteps } = facts;
  const left = { ...facts, totalSteps: Math.max(totalSteps - warmupSteps, 1) };
  switch (settings.name) {
    case 'constant':
      return constant(facts);
    case 'step':
      return step(settings, facts);
    case 'multi-step':
      return multiStep(settings, facts);
    case 'exponential':
      return exponential(settings, facts);
    case 'polynomial':
      return after(polynomial(settings, left), warmupSteps);
    case 'cosine':
      return after(cosine(settings, left), warmupSteps);
    case 'warm-restarts':
      return after(warmRestarts(settings, left), warmupSteps);
    case 'one-cycle':
      return after(oneCycle(settings, left), warmupSteps);
    case 'reduce-on-plateau':
      return reduceOnPlateau(settings, facts);
  }
}

import type { DataTrial, ScalingTrial } from '../../contract/engine-protocol';
import type { LossPoint } from '../../contract/report';
import type { AnalyzeRequest } from '../../contract/settings';
import { UserError } from '../../core/errors';
import type { JobContext } from '../context/context';
import { guessingText } from '../preparation/guessing';
import type { Problem } from '../preparation/problem';
import { openProblem } from '../preparation/open-problem';
import { measurePoint } from '../preparation/measure-point';

/** Rows that a trial takes: enough to tell a loss of a trained network from one of wrong inputs. */
const ROWS = 256;

/** How bytes go into networks: by nothing, by their range, and by the means and deviations that whole data sets are known by. */
const WAYS: readonly Omit<ScalingTrial, 'loss' | 'accuracy'>[] = [
  { name: 'Divide by 255', input: { scale: '1/255' } },
  { name: 'From −1 to 1', input: { scale: '1/255', mean: [0.5], std: [0.5] } },
  {
    name: "ImageNet's mean and deviation",
    input: { scale: '1/255', mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  },
  {
    name: "CIFAR-10's mean and deviation",
    input: { scale: '1/255', mean: [0.4914, 0.4822, 0.4465], std: [0.247, 0.2435, 0.2616] },
  },
  {
    name: "CIFAR-100's mean and deviation",
    input: { scale: '1/255', mean: [0.5071, 0.4865, 0.4409], std: [0.2673, 0.2564, 0.2762] },
  },
  { name: "MNIST's mean and deviation", input: { scale: '1/255', mean: [0.1307], std: [0.3081] } },
];

/**
 * Whether a checkpoint can be measured on data, and how well it knows them: loss and accuracy on a few seeded rows as they
 * go in now, and where they are bytes that nothing scales, under each usual way to scale them.
 * @throws UserError with what does not fit
 */
export async function tryData(asked: AnalyzeRequest, { signal }: JobContext): Promise<DataTrial> {
  const request: AnalyzeRequest = {
    ...asked,
    samples: undefined,
    defaultRows: ROWS,
    operator: 'hessian',
    exact: false,
  };
  const problem = await openProblem(request, signal);
  const { dataset } = problem;
  const [, trial] = await measured(problem, signal);
  if (!problem.suggestions.some(({ id }) => id === 'scale-inputs')) return trial;
  const ways: ScalingTrial[] = [];
  for (const way of WAYS.filter(({ input }) => fits(input.mean, problem))) {
    const { scale, mean, std } = way.input;
    const input = {
      ...request.input,
      scale: numberOf(scale),
      ...(mean && std ? { mean: [...mean], std: [...std] } : {}),
    };
    try {
      const [found] = await measured(
        await openProblem({ ...request, input }, signal, { given: dataset }),
        signal,
      );
      ways.push({
        ...way,
        loss: found.loss.value,
        ...(found.accuracy ? { accuracy: found.accuracy.value } : {}),
      });
    } catch (error) {
      // One that does not fit (which axis the channels are cannot be known) is not offered.
      if (!(error instanceof UserError)) throw error;
    }
  }
  // What is said of guessing is for what a person chooses.
  const { guessing: _, ...plain } = trial;
  return { ...plain, ways };
}

const numberOf = (scale: number | string): number => {
  const [over, under = 1] = String(scale).split('/').map(Number);
  return over / under;
};

/** As many means as the images have channels; one for any. */
function fits(mean: readonly number[] | undefined, { data, scaling, loss }: Problem): boolean {
  if (mean === undefined || (mean.length === 1 && mean[0] === 0.5)) return true;
  const image = data.train.inputs.map(({ shape }) => shape).find((shape) => shape.length >= 2);
  if (!image || loss.model.inputs.length === 0 || scaling.std.length > 1) return false;
  const channels =
    image.length === 2 ? 1 : image.includes(3) ? 3 : Math.min(image[0], image[image.length - 1]);
  return channels === mean.length;
}

async function measured(problem: Problem, signal: AbortSignal): Promise<[LossPoint, DataTrial]> {
  try {
    const point = await measurePoint(problem, 'train', problem.objective.origin, signal);
    const guessing = guessingText(problem, point);
    return [
      point,
      {
        rows: point.rows,
        loss: point.loss.value,
        ...(point.accuracy ? { accuracy: point.accuracy.value } : {}),
        ...(guessing === undefined ? {} : { guessing }),
      },
    ];
  } finally {
    problem.objective.dispose();
  }
}

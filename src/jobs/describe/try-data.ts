import type { DataTrial, ScalingTrial } from '../../contract/engine-protocol';
import type { AnalyzeRequest } from '../../contract/settings';
import { UserError } from '../../core/errors';
import { sizeOf } from '../../core/size-of';
import type { DatasetSplit } from '../../formats/datasets/dataset';
import type { NamedArray } from '../../formats/datasets/npy';
import type { SplitName } from '../../objective/evaluation/objective';
import { USUAL_SCALINGS } from '../../contract/usual-scalings';
import type { JobContext } from '../context/context';
import { guessingText } from '../preparation/guessing';
import type { Problem } from '../preparation/problem';
import { openProblem } from '../preparation/open-problem';
import { measurePoint } from '../preparation/measure-point';

/** Rows that a trial takes: enough to tell a loss of a trained network from one of wrong inputs. */
const ROWS = 256;

/**
 * Whether a checkpoint can be measured on data, and how well it knows them: loss and accuracy on a few seeded rows as they
 * go in now, and where they are bytes that nothing scales, under each usual way to scale them, on rows of the test where
 * there are such.
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
  if (!problem.suggestions.some(({ id }) => id === 'scale-inputs')) return measured(problem, 'train', signal);
  // A network that knows its training rows by heart has no loss on them under any scale that makes it surer.
  const split = dataset.test === undefined ? 'train' : 'test';
  const given = dataset.test === undefined ? dataset : { ...dataset, test: fewOf(dataset.test) };
  problem.objective.dispose();
  const trial = await measured(await openProblem(request, signal, { given }), split, signal);
  const ways: ScalingTrial[] = [];
  for (const way of USUAL_SCALINGS.filter(({ input }) => fits(input.mean, problem))) {
    const { scale, mean, std } = way.input;
    const input = {
      ...request.input,
      scale: numberOf(scale),
      ...(mean && std ? { mean: [...mean], std: [...std] } : {}),
    };
    try {
      const { loss, accuracy, guessing } = await measured(
        await openProblem({ ...request, input }, signal, { given }),
        split,
        signal,
      );
      ways.push({
        name: way.name,
        input: way.input,
        loss,
        ...(accuracy === undefined ? {} : { accuracy }),
        ...(guessing === undefined ? {} : { guessing }),
      });
    } catch (error) {
      // One that does not fit (which axis the channels are cannot be known) is not offered.
      if (!(error instanceof UserError)) throw error;
    }
  }
  return { ...trial, ways };
}

/** Rows evenly among all of a split, for its labels may stand in order. */
function fewOf(split: DatasetSplit): DatasetSplit {
  const rows = Math.min(ROWS, split.rows);
  const few = <A extends NamedArray>(array: A): A => {
    const width = sizeOf(array.shape) / split.rows;
    const data = array.data.slice(0, rows * width);
    for (let row = 0; row < rows; row++) {
      const from = Math.floor((row * split.rows) / rows) * width;
      data.set(array.data.subarray(from, from + width), row * width);
    }
    return { ...array, shape: [rows, ...array.shape.slice(1)], data };
  };
  const { weights } = split;
  return {
    rows,
    inputs: split.inputs.map(few),
    labels: few(split.labels),
    ...(weights ? { weights: few(weights) } : {}),
  };
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

async function measured(problem: Problem, split: SplitName, signal: AbortSignal): Promise<DataTrial> {
  try {
    const point = await measurePoint(problem, split, problem.objective.origin, signal);
    const guessing = guessingText(problem, point);
    return {
      rows: point.rows,
      loss: point.loss.value,
      ...(point.accuracy ? { accuracy: point.accuracy.value } : {}),
      ...(guessing === undefined ? {} : { guessing }),
    };
  } finally {
    problem.objective.dispose();
  }
}

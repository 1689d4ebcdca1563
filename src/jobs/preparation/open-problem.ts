import path from 'node:path';
import { type Dataset, rowShapes } from '../../formats/datasets/dataset';
import { type OpenedModel, openModel } from '../../formats/model';
import { classCount } from '../../objective/loss/accuracy';
import type { ChosenLoss } from '../../objective/loss/choose-loss';
import { fileName } from '../../objective/data/fit-data';
import { runtimeVersion } from '../../lanes/cuda';
import type { LaneChoice } from '../../lanes/open';
import { Objective } from '../../objective/evaluation/objective';
import { outputFacts, seenNote, seenOutputs } from '../../objective/loss/outputs';
import type { RowFigure } from '../../objective/evaluation/row-values';
import type { RowSelection } from '../../objective/data/samples';
import { includedPenalty, penaltiesNote } from '../../objective/loss/penalties';
import { UserError } from '../../core/errors';
import { graphicsName } from '../../machine/graphics';
import { cacheFolder } from '../../settings/cache-folder';
import { cudaFolder, foundCuda } from '../../settings/cuda-place';
import { KeptStore } from '../../settings/kept-store';
import type { AnalyzeRequest } from '../../contract/settings';
import type { OutputsName } from '../../contract/vocabulary';
import type { Suggestion } from '../../contract/suggestions';
import { dataRequestOf, selectionOf } from './rows-read';
import { guessingLoss } from './guessing';
import { type Placed, onFasterDevice } from './faster-device';
import { drawRows, measuredOnNote } from './drawn-rows';
import { leftProblem } from './left-problem';
import { measurePoint } from './measure-point';
import { type Fitted, type Prepared, fit, notesOf, prepare, readBoth, unscaledNoteOf } from './prepare';
import type { Problem } from './problem';
import { onFewRows, settleVariant } from './settle-variant';

interface How {
  readonly signal: AbortSignal;
  readonly frugal: boolean;
}

/** Reads checkpoint and data, unless these are `given`, chooses loss and rows, compiles the objective. */
export async function openProblem(
  request: AnalyzeRequest,
  signal: AbortSignal,
  { frugal = false, given }: Pick<LaneChoice, 'frugal'> & { readonly given?: Dataset } = {},
): Promise<Problem> {
  leftProblem.release();
  const { dataset, opened } = await readBoth(
    { path: request.data, request: dataRequestOf(request, signal), given },
    (read) => openModel(request.checkpoint, signal, rowShapes(read), request),
    signal,
  );
  const { variants } = opened;
  const how = { signal, frugal };
  if (!variants) return problemOf(request, opened, dataset, how);
  const settled = await settleVariant(variants, async (model) => {
    const problem = await problemOf(onFewRows(request), { ...opened, model }, dataset, how);
    try {
      const point = await measurePoint(problem, 'train', problem.objective.origin, signal);
      return { ...point, guess: guessingLoss(problem) };
    } finally {
      problem.objective.dispose();
    }
  });
  return problemOf({ ...request, variant: settled.name }, { ...opened, model: settled.model }, dataset, how);
}

/** The problem of a network that is decided. */
async function problemOf(
  request: AnalyzeRequest,
  opened: OpenedModel,
  dataset: Dataset,
  how: How,
): Promise<Problem> {
  const { model } = opened;
  const fitted = fit(model, dataset, request.input);
  const compile = compilerOf(request, fitted, how);
  const { prepared, selection, objective: here } = await lookedAt(compile, how.signal);
  const { loss, scaling } = prepared;
  refuseImpossible(request, here.parameters.dimension, loss, () => here.dispose());
  const { objective, notes: placed } = await placedWell(here, request, how);
  const unscaled = unscaledNoteOf(prepared, request.input, 'landscape.json (--normalize in the terminal)');
  const penalized = penaltiesNote(model, request.penalties);
  const suggestions: Suggestion[] = [
    ...(unscaled ? [{ id: 'scale-inputs' as const, text: unscaled }] : []),
    ...(penalized?.includable ? [{ id: 'include-penalties' as const, text: penalized.text }] : []),
  ];
  return {
    choices: {
      output: request.output,
      fixed: request.fixed,
      variant: request.variant,
      model: request.model,
      weights: request.weights,
    },
    opened,
    dataset,
    data: prepared.data,
    loss,
    lossScaling: prepared.weighted.scaling,
    weightedBy: prepared.weighted.weightedBy,
    selection,
    scaling,
    objective,
    device: ['webgpu', 'cuda'].includes(objective.backend.backend) ? await graphicsName() : undefined,
    notes: [...notesOf(prepared, request.input, [unscaled, penalized?.text]), ...placed],
    suggestions,
  };
}

/** Where CUDA lies, where it is asked for and was found for this version of the runtime. */
async function cudaOf({ backend }: AnalyzeRequest): Promise<Pick<LaneChoice, 'cuda'>> {
  const found = backend === 'cuda' ? await foundCuda() : undefined;
  return found?.version === runtimeVersion() ? { cuda: { ...found, folder: cudaFolder() } } : {};
}

/** On a graphics processor where that is left to us and was found to be faster. */
async function placedWell(
  objective: Objective,
  { backend }: AnalyzeRequest,
  { signal, frugal }: How,
): Promise<Placed> {
  if (
    backend !== 'auto' ||
    frugal ||
    objective.backend.elsewhere ||
    objective.backend.backend !== 'onnxruntime'
  )
    return { objective, notes: [] };
  try {
    const kept = new KeptStore(path.join(cacheFolder(), 'devices'));
    return await onFasterDevice(objective, { name: await graphicsName(), backend: 'webgpu', kept, signal });
  } catch (error) {
    objective.dispose();
    throw error;
  }
}

type DrawnFor = ReturnType<typeof drawnFor>;

/** A loss on its rows, compiled. */
interface Compiled {
  readonly prepared: Prepared<DrawnFor>;
  readonly selection: RowSelection;
  readonly objective: Objective;
}

/** The rows and labels of the run that is asked about, else all of them as they stand in the data. */
function drawnFor({ trained }: AnalyzeRequest, chosen: ChosenLoss, file: string) {
  if (!trained) return { train: chosen.train, rows: undefined, notes: [] };
  const drawn = drawRows(trained, chosen.train, chosen, file);
  return { ...drawn, notes: [...measuredOnNote(drawn), ...drawn.notes] };
}

/**
 * Compiles the loss of fitted data on the rows that are measured, for outputs that are as given.
 * @throws UserError where the settings do not fit the model or the data.
 */
function compilerOf(request: AnalyzeRequest, fitted: Fitted, { signal, frugal }: How) {
  const penalty = includedPenalty(fitted.model, request.penalties, fileName(request.checkpoint));
  return async (outputs = request.outputs): Promise<Compiled> => {
    const prepared = prepare(fitted, { ...request, outputs }, (chosen) =>
      drawnFor(request, chosen, fitted.file),
    );
    const { data, loss, drawn } = prepared;
    const selection = selectionOf(request, fitted.dataset, drawn.rows);
    const objective = await Objective.create({
      model: loss.model,
      head: loss.head,
      ...(penalty ? { penalty } : {}),
      train: data.train,
      trainRows: selection.rows,
      ...(data.test ? { test: data.test } : {}),
      scaling: fitted.scaling,
      rearrangement: data.rearrangement,
      backend: request.backend,
      ...(request.tensorflowPath ? { tensorflowPath: request.tensorflowPath } : {}),
      ...(await cudaOf(request)),
      frugal,
      signal,
    });
    return { prepared, selection, objective };
  };
}

/** The loss by what the model's outputs look like over the rows used, where nothing else says what they are. */
async function lookedAt(
  compile: (outputs?: OutputsName) => Promise<Compiled>,
  signal: AbortSignal,
): Promise<Compiled> {
  const compiled = await compile();
  const { prepared, objective } = compiled;
  const { loss } = prepared;
  const { open } = loss;
  if (!open) return compiled;
  try {
    const classes = classCount(loss.model);
    const facts: RowFigure = ({ outputs }, from, to) => outputFacts(outputs, to - from, classes);
    const { figures } = await objective.figures('train', objective.origin, facts, signal);
    const seen = seenOutputs(open, figures, loss.spec.name);
    if (open.claimed) return compiled;
    if (seen === 'logits')
      return withLoss(compiled, { ...loss, source: `${loss.source} Its outputs are taken as logits.` });
    // Its lanes serve the other.
    objective.dispose();
    const again = await compile(seen);
    const { loss: other } = again.prepared;
    return withLoss(again, { ...other, notes: [...other.notes, seenNote(open.kind)] });
  } catch (error) {
    objective.dispose();
    throw error;
  }
}

const withLoss = (compiled: Compiled, loss: ChosenLoss): Compiled => ({
  ...compiled,
  prepared: { ...compiled.prepared, loss },
});

/** The dense matrix takes 8 bytes times the square of this: 200 MB. */
const MOST_EXACT = 5000;

/** Refuses what cannot be measured here, and ends the lanes before it says so. */
function refuseImpossible(
  request: AnalyzeRequest,
  parameters: number,
  loss: ChosenLoss,
  dispose: () => void,
): void {
  const file = fileName(request.checkpoint);
  const reason =
    parameters === 0
      ? `${file} has no trainable parameters, so there is no curvature to measure.`
      : request.exact && parameters > MOST_EXACT
        ? `${file} has ${parameters} parameters, too many for an exact spectrum (at most ${MOST_EXACT}): leave "exact" out.`
        : request.operator === 'fisher' && !loss.hasFisher
          ? `The exact Fisher matrix is not defined for ${loss.spec.name} on this model: choose ggn or empirical-fisher.`
          : undefined;
  if (reason === undefined) return;
  dispose();
  throw new UserError(reason);
}

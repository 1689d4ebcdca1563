import { relative } from 'node:path';
import { measuresAsked } from '../../analysis/measures/registry';
import { estimateOverRows } from '../../analysis/sampling';
import { type Dataset, readDataset, rowShapes } from '../../formats/datasets/dataset';
import { type OpenedModel, openModel } from '../../formats/model';
import { classCount, correctness, judged } from '../../objective/loss/accuracy';
import { checkIndices } from '../../objective/data/check-indices';
import { type ChosenLoss, chooseLoss } from '../../objective/loss/choose-loss';
import type { Column, Scaling } from '../../lanes/columns';
import { type FittedData, settledNote, unscaledNote } from '../../objective/data/fit-data';
import type { LaneChoice } from '../../lanes/open';
import { Objective, type Point, type SplitName } from '../../objective/evaluation/objective';
import { outputFacts, seenNote, seenOutputs } from '../../objective/loss/outputs';
import type { RowFigure } from '../../objective/evaluation/row-values';
import { prepareData } from '../../objective/data/prepare-data';
import type { RowSelection } from '../../objective/data/samples';
import { includedPenalty, penaltiesNote, penaltiesText } from '../../objective/loss/penalties';
import { weighRows } from '../../objective/data/weigh-rows';
import { UserError, throwIfCancelled } from '../../core/errors';
import type { LossPoint, Report, ReportSettings } from '../../contract/report';
import type { AnalyzeRequest } from '../../contract/settings';
import { type OutputsName, SCHEMA_VERSION } from '../../contract/vocabulary';
import type { Suggestion } from '../../contract/suggestions';
import { VERSION } from '../../core/version';
import { dataRequestOf, selectionOf, someTestRows } from './rows-read';
import { asTrained } from '../train/as-trained';
import { onFewRows, settleVariant } from './settle-variant';

/** A checkpoint on its data: everything a job works with. Dispose of the objective when done. */
export interface Problem {
  readonly opened: OpenedModel;
  /** What a person said of the checkpoint that its file does not say. */
  readonly choices: Pick<AnalyzeRequest, 'output' | 'fixed' | 'variant' | 'model' | 'weights'>;
  readonly dataset: Dataset;
  readonly data: FittedData;
  readonly loss: ChosenLoss;
  /** How the losses of rows become one, in words. */
  readonly lossScaling: string;
  readonly selection: RowSelection;
  readonly scaling: Scaling;
  readonly objective: Objective;
  readonly notes: readonly string[];
  readonly suggestions: readonly Suggestion[];
}

/** A loss on its rows, compiled. */
interface Prepared extends Pick<Problem, 'data' | 'loss' | 'selection' | 'objective'> {
  readonly weighted: Omit<ReturnType<typeof weighRows>, 'data' | 'loss'>;
  readonly trained: ReturnType<typeof asTrained> | undefined;
}

/** The loss by what the model's outputs look like over the rows used, where nothing else says what they are. */
async function lookedAt(
  onRows: (outputs?: OutputsName) => Promise<Prepared>,
  signal: AbortSignal,
): Promise<Prepared> {
  const prepared = await onRows();
  const { loss, objective } = prepared;
  const { open } = loss;
  if (!open) return prepared;
  try {
    const classes = classCount(loss.model);
    const facts: RowFigure = ({ outputs }, from, to) => outputFacts(outputs, to - from, classes);
    const { figures } = await objective.figures('train', objective.origin, facts, signal);
    const seen = seenOutputs(open, figures, loss.spec.name);
    if (open.claimed) return prepared;
    if (seen === 'logits')
      return { ...prepared, loss: { ...loss, source: `${loss.source} Its outputs are taken as logits.` } };
    const again = await onRows(seen);
    objective.dispose();
    return { ...again, loss: { ...again.loss, notes: [...again.loss.notes, seenNote(open.kind)] } };
  } catch (error) {
    objective.dispose();
    throw error;
  }
}

/** Reads checkpoint and data, unless these are `given`, chooses loss and rows, compiles the objective. */
export async function openProblem(
  request: AnalyzeRequest,
  signal: AbortSignal,
  { frugal = false, given }: Pick<LaneChoice, 'frugal'> & { readonly given?: Dataset } = {},
): Promise<Problem> {
  const dataset = given ?? (await readDataset(request.data, dataRequestOf(request, signal)));
  throwIfCancelled(signal);
  const opened = await openModel(request.checkpoint, signal, rowShapes(dataset), request);
  throwIfCancelled(signal);
  const { variants } = opened;
  const how = { signal, frugal };
  if (!variants) return problemOf(request, opened, dataset, how);
  const settled = await settleVariant(variants, async (model) => {
    const problem = await problemOf(onFewRows(request), { ...opened, model }, dataset, how);
    try {
      return await measurePoint(problem, 'train', problem.objective.origin, signal);
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
  { signal, frugal }: { readonly signal: AbortSignal; readonly frugal: boolean },
): Promise<Problem> {
  const { model } = opened;
  const { data: fitted, scaling } = prepareData(model, dataset, request.input);
  const file = relative('', dataset.path) || dataset.path;
  checkIndices(
    model,
    [
      [fitted.train, 'training'],
      [fitted.test, 'test'],
    ],
    file,
  );
  const penalty = includedPenalty(
    model,
    request.penalties,
    relative('', request.checkpoint) || request.checkpoint,
  );
  const onRows = async (outputs = request.outputs): Promise<Prepared> => {
    const chosen = chooseLoss(model, fitted.train, fitted.test, file, { ...request, outputs });
    const { train, test } = chosen;
    const trained = request.trained && asTrained(request.trained, train, chosen, file);
    const labelled = { ...fitted, train: trained?.train ?? train, test };
    const { data, loss, ...weighted } = weighRows(labelled, chosen, request, file);
    const selection = selectionOf(request, dataset, trained?.rows);
    const objective = await Objective.create({
      model: loss.model,
      head: loss.head,
      ...(penalty ? { penalty } : {}),
      train: data.train,
      trainRows: selection.rows,
      ...(data.test ? { test: data.test } : {}),
      scaling,
      rearrangement: data.rearrangement,
      backend: request.backend,
      ...(request.tensorflowPath ? { tensorflowPath: request.tensorflowPath } : {}),
      frugal,
      signal,
    });
    return { data, loss, weighted, trained, selection, objective };
  };
  const { data, loss, weighted, trained, selection, objective } = await lookedAt(onRows, signal);
  refuseImpossible(request, objective.parameters.dimension, loss, () => objective.dispose());
  const settled = settledNote(model, request.input);
  // A scale that is stated, be it 1, is somebody's answer.
  const unscaled =
    request.input?.scale === undefined ? unscaledNote(model, data.train, scaling.scale) : undefined;
  const penalized = penaltiesNote(model, request.penalties);
  const notes = [
    ...model.notes,
    ...dataset.notes,
    ...someTestRows(dataset),
    ...data.notes,
    ...(settled ? [settled] : []),
    ...(unscaled ? [unscaled] : []),
    ...(penalized ? [penalized.text] : []),
    ...loss.notes,
    ...(trained?.notes ?? []),
    ...weighted.notes,
  ];
  const suggestions: Suggestion[] = [
    ...(unscaled ? [{ id: 'scale-inputs' as const, text: unscaled }] : []),
    ...(penalized?.includable ? [{ id: 'include-penalties' as const, text: penalized.text }] : []),
  ];
  const { scaling: lossScaling } = weighted;
  return {
    choices: {
      output: request.output,
      fixed: request.fixed,
      variant: request.variant,
      model: request.model,
      weights: request.weights,
    },
    ...{ opened, dataset, data, loss, lossScaling, selection, scaling, objective, notes, suggestions },
  };
}

/** The dense matrix takes 8 bytes times the square of this: 200 MB. */
const MOST_EXACT = 5000;

/** Refuses what cannot be measured here, and ends the lanes before it says so. */
function refuseImpossible(
  request: AnalyzeRequest,
  parameters: number,
  loss: ChosenLoss,
  dispose: () => void,
): void {
  const file = relative('', request.checkpoint) || request.checkpoint;
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

/** Of each chunk of a split, its share of right predictions a row, where the loss has such. */
export function correctnessOf(
  { accuracy, model }: ChosenLoss,
  labels: Column,
  rows: Int32Array,
): RowFigure | undefined {
  const classes = classCount(model);
  return (
    accuracy &&
    ((values, from, to) => correctness(accuracy, values, labels, rows.subarray(from, to), classes))
  );
}

/** Loss and accuracy at a point, with the error from having these rows only. */
export async function measurePoint(
  { objective, data, loss, selection }: Problem,
  split: SplitName,
  point: Point,
  signal?: AbortSignal,
): Promise<LossPoint> {
  const part = split === 'train' ? data.train : data.test!;
  const rows = split === 'train' ? selection.rows : Int32Array.from({ length: part.rows }, (_, i) => i);
  const figure = correctnessOf(loss, part.labels, rows);
  if (!figure) {
    const losses = await objective.losses(split, point, signal);
    return { loss: estimateOverRows(losses), rows: losses.length };
  }
  const { losses, figures } = await objective.figures(split, point, figure, signal);
  return {
    loss: estimateOverRows(losses),
    accuracy: estimateOverRows(judged(figures)),
    rows: losses.length,
  };
}

/**
 * Loss and accuracy on train and, where there is one, test, at a checkpoint's own place.
 * @throws UserError that names the file when a loss is not finite: nothing can be measured there.
 */
export async function measureCheckpoint(
  problem: Problem,
  point: Point,
  path: string,
  signal: AbortSignal,
): Promise<NonNullable<Report['loss']>> {
  const measured = async (split: SplitName) => {
    const found = await measurePoint(problem, split, point, signal);
    if (!Number.isFinite(found.loss.value))
      throw new UserError(
        `The ${split === 'train' ? 'training' : 'test'} loss of ${relative('', path) || path} is not finite: check its weights, and input.scale in landscape.json.`,
      );
    return found;
  };
  const train = await measured('train');
  return problem.objective.hasTest ? { train, test: await measured('test') } : { train };
}

/** The settings as the report states them: enough to repeat every digit. */
function settingsOf(request: AnalyzeRequest, problem: Problem): ReportSettings {
  const { dataset, loss, lossScaling, selection, scaling, objective, opened, data } = problem;
  const normalized = opened.model.layers.some(({ className }) => className.startsWith('BatchNorm'));
  return {
    data: {
      path: dataset.path,
      sha256: dataset.sha256,
      trainRows: dataset.total?.train ?? data.train.rows,
      testRows: data.test?.rows ?? 0,
    },
    loss: loss.spec.name,
    lossSource: loss.source,
    samples: selection.description,
    rows: selection.rows.length,
    chunkRows: objective.chunkRows,
    seed: request.seed,
    input: {
      scale: scaling.scale,
      mean: [...scaling.mean],
      std: [...scaling.std],
      ...(request.input?.layout ? { layout: request.input.layout } : {}),
    },
    operator: request.operator,
    backend: objective.backend.backend,
    precision: objective.backend.precision,
    batchNorm: normalized ? 'in inference mode' : '',
    lossScaling,
    ...(loss.spec.labelSmoothing > 0 ? { labelSmoothing: loss.spec.labelSmoothing } : {}),
    weightDecay: penaltiesText(opened.model, request.penalties),
    top: request.top,
    bottom: request.bottom,
    layers: request.layers,
    density: request.density,
    trace: request.trace,
    slices: request.slices,
    exact: request.exact,
    measures: [...measuresAsked(request.measures)],
    versions: { landscape: VERSION, node: process.versions.node, ...objective.backend.versions },
  };
}

/** The report of a job that has only just begun. */
export function emptyReport(kind: Report['kind'], request: AnalyzeRequest, problem: Problem): Report {
  const { opened, objective, notes, suggestions } = problem;
  return {
    schemaVersion: SCHEMA_VERSION,
    kind,
    status: 'running',
    createdAt: new Date().toISOString(),
    checkpoint: {
      path: request.checkpoint,
      format: opened.format,
      sha256: opened.sha256,
      parameters: objective.parameters.dimension,
      name: opened.model.name,
    },
    settings: settingsOf(request, problem),
    spectrum: { largest: [], smallest: [] },
    layers: [],
    measures: [],
    slices: [],
    checks: [],
    notes: [...notes],
    ...(suggestions.length > 0 ? { suggestions: [...suggestions] } : {}),
    cost: { hvps: 0, hvpMilliseconds: 0, gradients: 0, seconds: 0, peakMemoryBytes: 0 },
  };
}

/** What the job has cost up to now. */
export function costOf({ objective: { cost } }: Problem, started: number): Report['cost'] {
  return {
    hvps: cost.hvps,
    hvpMilliseconds: cost.hvps > 0 ? cost.hvpMilliseconds / cost.hvps : 0,
    gradients: cost.gradients,
    seconds: (performance.now() - started) / 1000,
    peakMemoryBytes: Math.max(cost.peakMemoryBytes, 0) + process.resourceUsage().maxRSS * 1024,
  };
}

import type { DataRequest } from '../../formats/datasets/choices';
import { type Dataset, readDataset } from '../../formats/datasets/dataset';
import type { OpenedModel } from '../../formats/model';
import type { Scaling } from '../../lanes/columns';
import { checkIndices } from '../../objective/data/check-indices';
import { shrunkNote, unscaledNote } from '../../objective/data/scaling-notes';
import { type FittedData, fileName, settledNote } from '../../objective/data/fit-data';
import { prepareData } from '../../objective/data/prepare-data';
import type { Split } from '../../objective/data/split';
import { type WeighedRows, type Weighting, weighRows } from '../../objective/data/weigh-rows';
import { type AskedLoss, type ChosenLoss, chooseLoss } from '../../objective/loss/choose-loss';
import type { AnalyzeRequest } from '../../contract/settings';
import { throwIfCancelled } from '../../core/errors';
import { someTestRows } from './rows-read';

type Model = OpenedModel['model'];

/** What a person says of how a network and its data are meant. */
export interface Asked extends AskedLoss, Weighting {
  readonly input?: AnalyzeRequest['input'];
}

/** A network and its data, fitted to one another. */
export interface Fitted {
  readonly model: Model;
  readonly dataset: Dataset;
  readonly data: FittedData;
  readonly scaling: Scaling;
  /** The data's file, as messages name it. */
  readonly file: string;
}

/** Which of the rows are taken, and the labels that they get. */
interface Drawn {
  readonly train: Split;
  readonly notes: readonly string[];
}

/** A loss on the rows that it is taken over. */
export interface Prepared<D extends Drawn> extends Fitted {
  readonly loss: ChosenLoss;
  readonly drawn: D;
  /** How the losses of rows become one, and what a reader should know of it. */
  readonly weighted: Pick<WeighedRows, 'scaling' | 'weightedBy' | 'notes'>;
}

/** Reads the data, then the network that is opened or made for them. */
export async function readBoth<T>(
  data: { readonly path: string; readonly request: DataRequest; readonly given?: Dataset | undefined },
  network: (dataset: Dataset) => Promise<T>,
  signal: AbortSignal,
): Promise<{ readonly dataset: Dataset; readonly opened: T }> {
  const dataset = data.given ?? (await readDataset(data.path, data.request));
  throwIfCancelled(signal);
  const opened = await network(dataset);
  throwIfCancelled(signal);
  return { dataset, opened };
}

/**
 * A network with the data as it takes them.
 * @throws UserError where they do not fit.
 */
export function fit(model: Model, dataset: Dataset, input: Asked['input']): Fitted {
  const { data, scaling } = prepareData(model, dataset, input);
  const file = fileName(dataset.path);
  checkIndices(
    model,
    [
      [data.train, 'training'],
      [data.test, 'test'],
    ],
    file,
  );
  return { model, dataset, data, scaling, file };
}

/**
 * The loss on fitted data, over the rows and with the labels that `draw` gives for it, weighted as asked for.
 * @throws UserError where labels do not fit the loss, or the settings do not.
 */
export function prepare<D extends Drawn>(
  fitted: Fitted,
  asked: Asked,
  draw: (chosen: ChosenLoss) => D,
): Prepared<D> {
  const { file } = fitted;
  const chosen = chooseLoss(fitted.model, { train: fitted.data.train, test: fitted.data.test }, file, asked);
  const drawn = draw(chosen);
  const labelled = { ...fitted.data, train: drawn.train, test: chosen.test };
  const { data, loss, ...weighted } = weighRows(labelled, chosen, asked, file);
  return { ...fitted, data, loss, drawn, weighted };
}

/** A sentence where bytes go unscaled into a network; a scale that is stated, be it 1, is somebody's answer. */
export const unscaledNoteOf = (
  { model, data, scaling }: Fitted,
  input: Asked['input'],
  settingsFile: string,
): string | undefined =>
  input?.scale === undefined ? unscaledNote(model, data.train, scaling.scale, settingsFile) : undefined;

/** What a reader should know of all that was prepared, in the order in which it was; `ofInputs` after the inputs. */
export function notesOf<D extends Drawn>(
  { model, dataset, data, scaling, loss, drawn, weighted }: Prepared<D>,
  input: Asked['input'],
  ofInputs: readonly (string | undefined)[],
): string[] {
  return [
    ...model.notes,
    ...dataset.notes,
    ...someTestRows(dataset),
    ...data.notes,
    settledNote(model, input),
    shrunkNote(model, data.train, scaling.scale),
    ...ofInputs,
    ...loss.notes,
    ...drawn.notes,
    ...weighted.notes,
  ].filter((note) => note !== undefined);
}

import type { ExperimentFile } from '../../contract/experiment';
import { formatCount, formatNumber } from '../../wording/format-number';
import { nameOf } from './axes';
import type { PlannedRun } from './expand';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A setting as a person reads it: `hidden 64, 64`, `sgd, learning rate 0.1`. */
function words(value: unknown): string {
  if (typeof value === 'number') return formatNumber(value);
  if (Array.isArray(value)) return value.map(words).join(', ');
  if (!isObject(value)) return String(value);
  return Object.entries(value)
    .filter(([, item]) => item !== undefined && item !== false)
    .map(([key, item]) => {
      if (key === 'name' || key === 'kind') return words(item);
      return item === true ? spaced(key) : `${spaced(key)} ${words(item)}`;
    })
    .join(', ');
}

function rowsText(samples: PlannedRun['run']['samples']): string {
  if (samples === undefined) return '';
  return typeof samples === 'number'
    ? `, ${formatCount(samples)} training rows drawn by each seed`
    : `, training rows ${samples}`;
}

const spaced = (key: string) => key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
const baseName = (file: string) => file.split(/[\\/]/).at(-1) ?? file;

/** What all runs share, what is varied, and how their ends are measured: one phrase each. */
export function settingOf(file: ExperimentFile, runs: readonly PlannedRun[]): string[] {
  const [{ run }] = runs;
  const varied = new Set(file.vary.flatMap(keysOf));
  const shared = (key: string, text: string): string[] =>
    [...varied].some((each) => each === key || each.startsWith(`${key}.`)) ? [] : [text];
  const { measure } = file;
  const { regularization } = run;
  return [
    ...shared('data', `data ${baseName(run.data)}${rowsText(run.samples)}`),
    ...shared('model', `model ${typeof run.model === 'string' ? baseName(run.model) : words(run.model)}`),
    ...shared('optimizer', `optimizer ${words({ ...run.optimizer, convention: undefined })}`),
    ...(run.schedule ? shared('schedule', `schedule ${words(run.schedule)}`) : []),
    ...(Object.keys(regularization).length > 0
      ? shared('regularization', `regularization ${words(regularization)}`)
      : []),
    ...shared('batchSize', run.batchSize === 'full' ? 'full batch' : `batch ${run.batchSize}`),
    ...(run.epochs === undefined ? [] : shared('epochs', `${run.epochs} epochs`)),
    ...(run.steps === undefined ? [] : shared('steps', `${run.steps} steps`)),
    ...(run.targetLoss === undefined
      ? []
      : shared('targetLoss', `until the training loss is ${formatNumber(run.targetLoss)}`)),
    ...file.vary.map(
      (axis) => `varied: ${nameOf(axis)} (${axis.values.map(({ label }) => label).join('; ')})`,
    ),
    `seeds ${[...new Set(file.seeds)].join(', ')}`,
    `measured on ${measure.settings.samples === undefined ? 'all training rows' : `training rows ${words(measure.settings.samples)}`} and the test rows, ${measure.checkpoints === 'last' ? 'at the end of each run' : 'at every checkpoint, the last one counts'}`,
    ...(measure.attacks
      ? [
          `attacks in the max norm at ${measure.attacks.radii.map((radius) => formatNumber(radius)).join(', ')} of the scaled inputs, PGD with ${measure.attacks.steps} steps`,
        ]
      : []),
    ...(measure.biasVariance ? ['bias and variance of the predictions over the seeds of a setting'] : []),
    ...(measure.tail === undefined ? [] : [`tracked sharpness averaged over the last ${measure.tail} steps`]),
  ];
}

function keysOf({ key, values }: ExperimentFile['vary'][number]): string[] {
  if (key !== '') return [key];
  return values.flatMap(({ value }) => (isObject(value) ? Object.keys(value) : []));
}

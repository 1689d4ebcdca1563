import path from 'node:path';
import type { Beside, CheckpointChange } from '../../contract/change';
import type { ShownContents, ShownFile } from '../../contract/contents';
import type { CheckpointSummary } from '../../contract/engine-protocol';
import type { Report } from '../../contract/report';
import { renumbered } from '../../core/renumbered';
import { counted } from '../../wording/format-number';
import { figuresOf } from '../hover/figures';
import type { Services } from '../services';
import { measuredBoth } from './measured-both';

/** Two states of a checkpoint as files. */
export interface States {
  /** A copy of what git has. */
  readonly committed: string;
  readonly file: string;
  readonly since: string;
}

/** What has changed of a checkpoint: its figures, its layers, its tensors. @throws UserError where one cannot be read */
export async function changeOf(
  services: Services,
  { committed, file, since }: States,
  side: CheckpointChange['side'],
): Promise<CheckpointChange> {
  const what = `reading ${path.basename(file)}`;
  const [shown, summaries, reports] = await Promise.all([
    services.engine.request('show', { files: [committed, file] }, { what }),
    Promise.all([committed, file].map((each) => services.summaries.of(each).catch(() => undefined))),
    measuredBoth(services, committed, file),
  ]);
  const [before, now] = summaries;
  return {
    ...{ since, side },
    figures: besideFigures(reports[0]?.report, reports[1]?.report),
    ...(before && now
      ? {
          layers: changedLayers(before, now),
          layerCounts: { before: before.layers.length, now: now.layers.length },
        }
      : { layers: [] }),
    ...changedTensors(shown),
  };
}

/** The headline figures of two reports; none where neither was measured. */
export const besideFigures = (before: Report | undefined, now: Report | undefined): Beside<string>[] =>
  beside(figuresInWords(before), figuresInWords(now));

const figuresInWords = (report: Report | undefined): Named<string> =>
  (report ? figuresOf(report) : []).map(({ label, value }) => [label, value]);

type Named<T> = readonly (readonly [name: string, value: T])[];

/** All names of both, in their order, with what each stands for. */
function beside<T>(before: Named<T>, now: Named<T>): Beside<T>[] {
  const [then, since] = [new Map(before), new Map(now)];
  return [...new Set([...then.keys(), ...since.keys()])].map((name) => ({
    name,
    ...(then.has(name) ? { before: then.get(name) } : {}),
    ...(since.has(name) ? { now: since.get(name) } : {}),
  }));
}

/** Layers that are not the same, or are not in both, by their names before where only numbers of Keras differ. */
export function changedLayers(
  before: Pick<CheckpointSummary, 'layers'>,
  now: Pick<CheckpointSummary, 'layers'>,
): Beside<string>[] {
  const [then, since] = [inWords(before), inWords(now)];
  const names = renumbered(
    since.map(([name]) => name),
    then.map(([name]) => name),
  );
  const byNames = since.map(([name, words]) => [names?.get(name) ?? name, words] as const);
  return beside(then, byNames).filter((layer) => layer.before !== layer.now);
}

const inWords = ({ layers }: Pick<CheckpointSummary, 'layers'>): Named<string> =>
  layers.map(({ name, className, outputShape, parameters }) => [
    name,
    [
      className,
      ...(outputShape ? [outputShape.map((extent) => extent ?? 'any').join(' × ')] : []),
      counted(parameters, 'parameter'),
    ].join(' · '),
  ]);

/** Tensors that differ, by the names of the first file. */
export function changedTensors({
  files: [first, second],
  differences: [found],
}: ShownContents): Pick<CheckpointChange, 'tensors' | 'equal' | 'relative' | 'angle' | 'sampled'> {
  const { prefix = { first: '', other: '' }, renumbered: names, equal, relative, angle, sampled } = found;
  const [then, since] = [normsOf(first), normsOf(second)];
  const inOther = (name: string) =>
    names?.[name] ?? (name.startsWith(prefix.first) ? prefix.other + name.slice(prefix.first.length) : name);
  const both = (name: string) => ({
    name,
    ...before(then.get(name)),
    ...now(since.get(inOther(name))),
  });
  return {
    tensors: [
      ...found.tensors
        .filter(({ distance }) => distance > 0 || Number.isNaN(distance))
        .map((row) => ({ ...both(row.name), relative: row.relative })),
      ...found.otherShape.map(both),
      ...found.onlyInFirst.map((name) => ({ name, ...before(then.get(name)) })),
      ...found.onlyHere.map((name) => ({ name, ...now(since.get(name)) })),
    ],
    ...{ equal, relative, angle, sampled },
  };
}

const normsOf = ({ tensors }: ShownFile): ReadonlyMap<string, number | undefined> =>
  new Map(tensors.map(({ name, facts }) => [name, facts?.norm.value]));

const before = (norm: number | undefined) => (norm === undefined ? {} : { before: norm });
const now = (norm: number | undefined) => (norm === undefined ? {} : { now: norm });

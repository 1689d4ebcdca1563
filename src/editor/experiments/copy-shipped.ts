import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { writeWhole } from '../../settings/atomic-write';
import { UserError } from '../../core/errors';

/** As much of an experiment file as moves with it; the files that come with the extension name no others. */
interface Movable {
  readonly $schema?: string;
  readonly run: { readonly data: string };
  readonly vary?: readonly { readonly values: readonly { readonly value: unknown }[] }[];
}

/**
 * Copies an experiment that comes with the extension into a folder, its data into the folder's `data`, and returns the
 * copy's path: runs belong to the person, and the extension's own folder goes with the next update. A copy that is
 * there already stays as it is, for it may have been changed and its runs be half done.
 * @throws UserError where other data of that name are in the way
 */
export async function copyShipped(file: string, folder: string): Promise<string> {
  const copy = path.join(folder, path.basename(file));
  if (existsSync(copy)) return copy;
  // The schema is found by the file's name, wherever it is.
  const { $schema: _, ...experiment } = JSON.parse(await readFile(file, 'utf8')) as Movable;
  await mkdir(path.join(folder, 'data'), { recursive: true });
  const moved = withData(experiment, (data) => `data/${path.basename(data)}`);
  for (const data of dataOf(experiment))
    await copyData(path.resolve(path.dirname(file), data), path.join(folder, 'data', path.basename(data)));
  await writeWhole(copy, `${JSON.stringify(moved, null, 2)}\n`);
  return copy;
}

const hasData = (value: unknown): value is { readonly data: string } =>
  typeof value === 'object' && value !== null && 'data' in value && typeof value.data === 'string';

/** Every file of data that the runs read. */
function dataOf({ run, vary = [] }: Movable): Set<string> {
  const varied = vary.flatMap(({ values }) => values.map(({ value }) => value));
  return new Set([run, ...varied].filter(hasData).map(({ data }) => data));
}

function withData(experiment: Movable, moved: (data: string) => string): Movable {
  const { run, vary } = experiment;
  const change = (value: unknown) => (hasData(value) ? { ...value, data: moved(value.data) } : value);
  return {
    ...experiment,
    run: { ...run, data: moved(run.data) },
    ...(vary && {
      vary: vary.map((axis) => ({
        ...axis,
        values: axis.values.map((each) => ({ ...each, value: change(each.value) })),
      })),
    }),
  };
}

/** Experiments share data: what an earlier one has brought is taken as it is. */
async function copyData(from: string, to: string): Promise<void> {
  if (!existsSync(to)) return copyFile(from, to);
  const [wanted, present] = await Promise.all([readFile(from), readFile(to)]);
  if (!wanted.equals(present))
    throw new UserError(
      `${to} holds other data than the experiment's: move or rename that file, then try again.`,
    );
}

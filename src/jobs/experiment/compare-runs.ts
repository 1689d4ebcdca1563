import type { PlannedRun } from '../../analysis/experiments/expand';
import { settingsText } from '../../settings/fingerprint';
import type { Comparison, ComparisonMember } from '../../contract/comparison';
import type { ExperimentFile } from '../../contract/experiment';
import type { AnalyzeRequest } from '../../contract/settings';
import { compare } from '../compare/compare';
import { type MeasuringHost, partOf } from './measuring';

/** A run that came to its end. */
interface EndedRun {
  readonly planned: PlannedRun;
  /** The analysis of its end. */
  readonly request: AnalyzeRequest;
  readonly checkpoints: readonly { readonly epoch: number; readonly path: string }[];
}

interface Whole {
  readonly title: string;
  readonly measure: ExperimentFile['measure'];
  /** Where the reports of the ends lie already. */
  readonly cache: string;
}

const MOST_CHECKPOINTS = 200;

/** All ends (or all checkpoints) in one comparison; a note where they cannot stand in one. */
export async function compareRuns(
  runs: readonly EndedRun[],
  { title, measure, cache }: Whole,
  host: MeasuringHost,
): Promise<{ comparison?: Comparison; note?: string }> {
  const chosen = runs.flatMap(({ planned, request: { trained }, checkpoints }) =>
    (measure.checkpoints === 'all' ? checkpoints : checkpoints.slice(-1)).map((each) => ({
      planned,
      trained,
      ...each,
    })),
  );
  if (chosen.length < 2) return {};
  if (chosen.length > MOST_CHECKPOINTS)
    return {
      note: `There is no comparison of all checkpoints: they are ${chosen.length}, and it takes at most ${MOST_CHECKPOINTS}.`,
    };
  const shared = runs.map(({ request: { trained: _, ...request } }) => request);
  const alike = new Set(shared.map((request) => `${request.data}\n${settingsText(request)}`));
  if (alike.size > 1)
    return {
      note: 'There is no comparison of all runs: they differ in their data, loss or scaling of inputs.',
    };
  const members = chosen.map(({ planned, trained, epoch, path }): ComparisonMember => ({
    label: `${planned.label}, seed ${planned.seed}${measure.checkpoints === 'all' ? `, epoch ${epoch}` : ''}`,
    path,
    run: planned.folder,
    seed: planned.seed,
    epoch,
    hyperparameters: { ...planned.hyperparameters },
    ...(trained ? { trained } : {}),
  }));
  const comparison = await compare(
    {
      checkpoints: chosen.map(({ path }) => path),
      settings: shared[0],
      title,
      barriers: measure.barriers,
      cache,
      members,
    },
    partOf(host),
  );
  return { comparison };
}

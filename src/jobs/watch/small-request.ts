import type { AnalyzeRequest } from '../../contract/settings';
import type { WatchRequest } from '../../contract/watch';
import { fewerRows, quickRows } from '../../core/asked-rows';

/** The analysis of one checkpoint of a run that is watched: on few rows, where nobody said on how many. */
export function smallRequest(
  settings: WatchRequest['settings'],
  checkpoint: string,
  parameters: number,
): AnalyzeRequest {
  const { budgetSeconds: _, ...rest } = settings;
  return {
    ...rest,
    checkpoint,
    ...(settings.samples === undefined ? fewerRows(settings, quickRows(parameters)) : {}),
  };
}

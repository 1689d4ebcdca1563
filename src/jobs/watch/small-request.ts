import type { AnalyzeRequest } from '../../contract/settings';
import type { WatchRequest } from '../../contract/watch';

/** Rows of each checkpoint. Fixed by the network's size: how busy a machine is decides no figure. */
const FEW_ROWS = 512;
const FEWER_ROWS = 64;
const LARGE = 1_000_000;

/** The analysis of one checkpoint of a run that is watched: on few rows, where nobody said on how many. */
export function smallRequest(
  settings: WatchRequest['settings'],
  checkpoint: string,
  parameters: number,
): AnalyzeRequest {
  const { budgetSeconds: _, ...rest } = settings;
  const rows = parameters > LARGE ? FEWER_ROWS : FEW_ROWS;
  const { samples, defaultRows = Infinity } = settings;
  return {
    ...rest,
    checkpoint,
    ...(samples === undefined ? { defaultRows: Math.min(defaultRows, rows) } : {}),
  };
}

import { isPicked } from '../../analysis/experiments/axes';
import { openCheckpoint } from '../../formats/checkpoints/open';
import type { ExperimentFile } from '../../contract/experiment';
import { type Slice, reportSchema } from '../../contract/report';
import { type AnalyzeRequest, interpolateRequestSchema } from '../../contract/settings';
import { interpolate } from '../interpolate/interpolate';
import type { KeptStore } from '../../settings/kept-store';
import { reportKey, resultKey } from '../../settings/result-key';
import { changedMeanwhile } from '../context/report-cache';
import { type Measured, type MeasuringHost, partOf } from './measuring';
import type { SweepRun } from './sweep-run';

/** The ends of two runs of one seed. */
export interface LineEnds {
  readonly seed: number;
  readonly from: SweepRun;
  readonly to: SweepRun;
}

const POINTS = 25;

/** Every line that an experiment asks for: each pair of picked runs that share a seed. */
export function linesOf({ measure }: ExperimentFile, runs: readonly SweepRun[]): LineEnds[] {
  return measure.interpolate.flatMap(({ from, to }) =>
    runs.flatMap((first) =>
      runs.flatMap((second): LineEnds[] =>
        first !== second &&
        first.planned.seed === second.planned.seed &&
        isPicked(first.planned.labels, from) &&
        isPicked(second.planned.labels, to)
          ? [{ seed: first.planned.seed, from: first, to: second }]
          : [],
      ),
    ),
  );
}

/** Loss and accuracy on the line from t = -0.5 to 1.5. */
export async function lineBetween(
  request: AnalyzeRequest,
  { other, dataSha256 }: { readonly other: string; readonly dataSha256: string },
  kept: KeptStore,
  host: MeasuringHost,
): Promise<Measured<Slice>> {
  const asked = interpolateRequestSchema.parse({ ...request, other, points: POINTS });
  const ends: string[] = [];
  for (const end of [request.checkpoint, other]) {
    const { sha256 } = await openCheckpoint(end, host.signal);
    ends.push(reportKey({ checkpoint: sha256, data: dataSha256 }, request));
  }
  return kept.once(resultKey('line', POINTS, ...ends), reportSchema.shape.slices.element, async () => {
    const found = await interpolate(asked, partOf(host));
    const { checkpoint, settings } = found;
    const read = [checkpoint, found.other!].map(({ sha256 }) =>
      reportKey({ checkpoint: sha256, data: settings.data.sha256 }, request),
    );
    if (read.some((key, i) => key !== ends[i])) throw changedMeanwhile(request.checkpoint);
    return found.slices[0];
  });
}

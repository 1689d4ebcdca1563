import type { ExperimentRequest, ExperimentReport } from '../shared/experiment';
import type { JobContext } from './context';

export function experiment(
  _request: ExperimentRequest,
  _context: JobContext<ExperimentReport>,
): Promise<ExperimentReport> {
  return Promise.reject(new Error('not built yet'));
}

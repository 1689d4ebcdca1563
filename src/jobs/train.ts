import type { TrainRequest } from '../shared/run-file';
import type { History } from '../shared/history';
import type { JobContext } from './context';

export function train(_request: TrainRequest, _context: JobContext<History>): Promise<History> {
  return Promise.reject(new Error('not built yet'));
}

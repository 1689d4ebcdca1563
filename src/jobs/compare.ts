import type { CompareRequest, Comparison } from '../shared/comparison';
import type { JobContext } from './context';

export function compare(_request: CompareRequest, _context: JobContext<Comparison>): Promise<Comparison> {
  return Promise.reject(new Error('not built yet'));
}

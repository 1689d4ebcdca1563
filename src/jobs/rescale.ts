import type { RescaleRequest } from '../shared/engine-protocol';
import type { Comparison } from '../shared/comparison';
import type { JobContext } from './context';

export function rescale(_request: RescaleRequest, _context: JobContext<Comparison>): Promise<Comparison> {
  return Promise.reject(new Error('not built yet'));
}

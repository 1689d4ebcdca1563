import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Estimated } from './estimate';
import { networkNames } from './networks';
import { table } from './table';
import { type Opened, Worker } from './worker';

interface EstimatesPlan {
  readonly bundle: string;
  /** Where the trained networks are kept. */
  readonly cache: string;
  say(text: string): void;
}

/** Steps of training before anything is measured, as in the bench of products. */
const STEPS = 30;

/** What analyses are said to take beside what they take: a section of the bench's page. */
export async function estimatesSection({ bundle, cache, say }: EstimatesPlan): Promise<string> {
  const rows: string[][] = [];
  for (const name of networkNames) {
    say(`estimate: ${name}`);
    const ours = new Worker(process.execPath, [bundle]);
    try {
      const { title } = await ours.ask<Opened>('open', {
        name,
        scale: 1,
        steps: STEPS,
        folder: join(cache, name),
        threads: availableParallelism(),
      });
      const { before, announced, took } = await ours.ask<Estimated>('estimate');
      rows.push([
        title,
        ...[before, announced, took].map((seconds) => seconds.toFixed(1)),
        (before / took).toFixed(2),
        (announced / took).toFixed(2),
      ]);
    } finally {
      ours.end();
    }
  }
  return [
    '## Estimates',
    'Seconds that the usual analysis (without its density) is said to take: before it begins, from a few products of the same network opened for that, and once its own checks have timed its products; and what it took.',
    table(['s', 'Before', 'Once timed', 'Took', 'Before / took', 'Once timed / took'], rows),
  ].join('\n\n');
}

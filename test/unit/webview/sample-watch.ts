import type { Watch } from '../../../src/contract/watch';
import { noteworthy } from '../../../src/jobs/watch/noteworthy';
import { aWatched } from '../jobs/watch/a-watched';
import { sampleReport } from '../../support/sample-report';

/** A watch of so many checkpoints whose sharpness rises over its line, with one of each kind that has no figures. */
export function sampleWatch(count: number): Watch {
  const measured = Array.from({ length: count }, (_, i) =>
    aWatched(
      i + 1,
      { lambda: 4 + 1.3 * i + Math.sin(3 * i), bound: 0.05 * (i + 1), lowest: i > 6 ? -0.12 * i : 0 },
      { threshold: 12, learningRate: 1 / 6, seconds: 3 },
    ),
  );
  const { figures: _, ...bare } = aWatched(count + 1, { lambda: 1 });
  const others = [
    { ...bare, file: 'best.keras', status: 'copy' as const, copyOf: 'epoch-3.keras' },
    {
      ...bare,
      id: count + 2,
      status: 'not-a-number' as const,
      reason: 'The training loss of it is not finite.',
    },
    {
      ...bare,
      id: count + 3,
      file: 'cut.keras',
      status: 'failed' as const,
      reason: 'cut.keras is cut off or damaged.',
    },
    { ...bare, id: count + 4, file: 'epoch-99.keras', status: 'waiting' as const },
  ];
  const checkpoints = [...measured, ...others];
  return {
    schemaVersion: 1,
    kind: 'watch',
    status: 'running',
    createdAt: '2026-01-01T00:00:00.000Z',
    title: 'Watch of runs',
    where: '/home/me/runs',
    settings: sampleReport().settings,
    checkpoints,
    events: noteworthy(checkpoints),
    unfinished: ['epoch-100.keras'],
    endsAt: '2026-01-01T14:30:00.000Z',
    notes: [],
    seconds: 60,
  };
}

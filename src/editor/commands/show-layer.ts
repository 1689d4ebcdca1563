import type { Services } from '../services';

/** Opens the panel of a checkpoint's newest figures at the row of a tensor. */
export async function showLayer({ store, panels }: Services, [asked]: readonly unknown[]): Promise<void> {
  if (typeof asked !== 'object' || asked === null || !('checkpoint' in asked) || !('layer' in asked)) return;
  const { checkpoint, layer } = asked;
  if (typeof checkpoint !== 'string' || typeof layer !== 'string') return;
  const stored = await store.latest(checkpoint);
  if (stored !== undefined) panels.show(stored.request ?? stored.path, layer);
}

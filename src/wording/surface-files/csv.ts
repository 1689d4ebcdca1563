import type { Surface } from '../../contract/surface';
import { nodeAt } from '../picture-nodes';
import { toCsv } from '../csv';

/** Pictures as CSV: one row a node, with what was found there or, where `measured` is 0, interpolated. */
export function surfaceCsv({ pictures }: Surface): string {
  return toCsv({
    columns: ['picture', 'x', 'y', 'measured', 'train loss', 'test loss', 'train accuracy', 'test accuracy'],
    rows: pictures.flatMap((picture) => {
      const measured = new Set(picture.measured);
      const { loss, accuracy } = picture;
      return loss.train.map((train, node) => [
        picture.label,
        ...nodeAt(picture, node),
        measured.has(node) ? 1 : 0,
        train,
        loss.test?.[node] ?? null,
        accuracy?.train[node] ?? null,
        accuracy?.test?.[node] ?? null,
      ]);
    }),
  });
}

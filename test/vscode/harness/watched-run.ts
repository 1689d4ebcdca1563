import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Panel } from './panel';
import { repository } from './paths';
import { until } from './processes';

export const network = (name: string) => path.join(repository, 'test/corpus/keras', `${name}.keras`);

/** As a trainer on a slow disk writes: half, a pause that is longer than a file must be still, the rest. */
export async function writeSlowly(from: string, to: string): Promise<void> {
  const bytes = readFileSync(from);
  writeFileSync(to, bytes.subarray(0, bytes.length >> 1));
  await sleep(3000);
  appendFileSync(to, bytes.subarray(bytes.length >> 1));
}

/** The checkpoints of a watch that have figures, by name. */
async function filesOf(panel: Panel): Promise<string[]> {
  const all = await panel.frame.getByRole('table', { name: 'Checkpoints' }).getByRole('row').all();
  const cells = await Promise.all(all.slice(1).map((row) => row.getByRole('cell').allInnerTexts()));
  return cells
    .filter(([, loss]) => /^[\d.]+$/.test(String(loss)))
    .map(([file]) => String(file).split(' ')[0])
    .sort();
}

/** Waits until these epochs, and no others, have figures. */
export const measured = (panel: Panel, last: number) =>
  until(
    `epochs up to ${last} are measured`,
    async () =>
      (await filesOf(panel)).join() === Array.from({ length: last }, (_, i) => `epoch-${i + 1}.keras`).join(),
    60_000,
  );

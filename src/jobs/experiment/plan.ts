import path from 'node:path';
import * as z from 'zod';
import { readPlainText } from '../../files/plain-file';
import { writeOwn } from '../../settings/atomic-write';
import type { PlannedRun } from '../../analysis/experiments/expand';
import type { ExperimentFile } from '../../contract/experiment';

const planSchema = z.object({ seeds: z.array(z.int()), claims: z.array(z.unknown()) });

/**
 * What an experiment has to say of its plan, held against the one that it was first started with in this folder (and
 * that is written there now, if it is the first): seeds or statements that came later were chosen by someone who could
 * have seen the figures.
 */
export async function planNotes(out: string, { seeds, claims }: ExperimentFile): Promise<string[]> {
  const file = path.join(out, 'plan.json');
  const first = await firstPlan(file);
  if (!first) {
    await writeOwn(file, JSON.stringify({ seeds, claims }));
    return [];
  }
  const added = seeds.filter((seed) => !first.seeds.includes(seed));
  const dropped = first.seeds.filter((seed) => !seeds.includes(seed));
  const known = new Set(first.claims.map((claim) => JSON.stringify(claim)));
  const changed = claims.filter((claim) => !known.has(JSON.stringify(claim))).length;
  const listed = (list: readonly number[]) =>
    `${list.length === 1 ? 'Seed' : 'Seeds'} ${list.join(', ')} ${list.length === 1 ? 'was' : 'were'}`;
  return [
    ...(added.length > 0
      ? [
          `${listed(added)} added after the experiment was first run: who adds seeds until something shows decides too often, so the verdicts promise less than they say.`,
        ]
      : []),
    ...(dropped.length > 0 ? [`${listed(dropped)} taken out after the experiment was first run.`] : []),
    ...(changed > 0
      ? [`${changed} of the ${claims.length} statements came after the experiment was first run.`]
      : []),
  ];
}

async function firstPlan(file: string): Promise<z.infer<typeof planSchema> | undefined> {
  try {
    return planSchema.parse(JSON.parse(await readPlainText(file)));
  } catch {
    return undefined;
  }
}

/** What of the rows was left to chance, and what was not. */
export function rowsNote(planned: readonly PlannedRun[]): string {
  const own = planned.every(({ run }) => typeof run.samples === 'number');
  const each =
    new Set(planned.map(({ run }) => run.data)).size > 1 ? 'All runs on one file of data' : 'All runs';
  return own
    ? `Each seed draws training rows of its own, the same for all settings, and ${each[0].toLowerCase()}${each.slice(1)} share one set of test rows: intervals and verdicts hold the chance of having drawn the former, and not that of the latter.`
    : `${each} share one set of training rows and one of test rows: intervals and verdicts are over seeds (correlations over settings), and do not hold the chance of having drawn these rows.`;
}

import path from 'node:path';
import * as z from 'zod';
import { readPlainText } from '../../files/plain-file';
import { writeOwn } from '../../settings/atomic-write';
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

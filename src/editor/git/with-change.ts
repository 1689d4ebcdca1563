import { setTimeout as after } from 'node:timers/promises';
import type { CheckpointChange } from '../../contract/change';
import type { Subject } from '../panel/live-view';

/** A page does without what has changed where it takes longer, and gets it later; in milliseconds. */
const PATIENCE = 700;

/** A subject that tells what has changed, too, where there is something to hold it against. */
export function withChange(subject: Subject, find: () => Promise<CheckpointChange | undefined>): Subject {
  let known: CheckpointChange | undefined;
  let late: 'none' | 'coming' | 'come' = 'none';
  return {
    ...subject,
    async load(again) {
      const facts = await subject.load(again);
      if (late !== 'none') {
        // What has come late is what was asked for a moment ago.
        if (late === 'come') late = 'none';
        return { ...facts, change: known };
      }
      const asked = find().catch(() => undefined);
      const found = await Promise.race([
        asked.then((change) => ({ change })),
        after(PATIENCE, undefined, { ref: false }),
      ]);
      if (found !== undefined) return { ...facts, change: (known = found.change) };
      late = 'coming';
      void asked.then((change) => {
        known = change;
        late = 'come';
        again();
      });
      return { ...facts, change: known };
    },
  };
}

import { complain } from './print';

/** A document that lacks a part that was asked for is told by the exit code too, after all that there is of it. */
export function endIncomplete({ status }: { readonly status: string }): void {
  if (status !== 'incomplete') return;
  complain(
    'This is incomplete: the notes say what is left out. The same command tries that again, and nothing else.',
  );
  process.exitCode = 1;
}

import type { Watched } from '../contract/watch';

/** What stands in the place of figures. */
export function statusText({
  status,
  copyOf,
  reason = '',
}: Pick<Watched, 'status' | 'copyOf' | 'reason'>): string {
  switch (status) {
    case 'waiting':
      return 'waits to be measured';
    case 'measured':
      return 'measured';
    case 'copy':
      return `the same as ${copyOf ?? 'an earlier one'}`;
    case 'not-a-number':
      return 'not a number';
    case 'failed':
    case 'gone':
      return reason;
  }
}

/** The same as a sentence that names the file, as most reasons do themselves. */
export function statusSentence(checkpoint: Watched): string {
  const said = statusText(checkpoint);
  return said.includes(checkpoint.file) ? said : `${checkpoint.file}: ${said}`;
}

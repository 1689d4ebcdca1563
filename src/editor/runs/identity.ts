import { createHash } from 'node:crypto';
import path from 'node:path';
import { settingsText } from '../../settings/fingerprint';
import { otherOf, type AnyRequest } from '../store/report-store';

/** The same for requests that ask for the same thing of the same files: one panel, one run at a time each. */
export function identityOf(request: AnyRequest): string {
  const parts = [request.checkpoint, otherOf(request) ?? '', request.data, settingsText(request)];
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 24);
}

/** What a request is about, for titles: `epoch-020.keras — digits`, or `a.keras → b.keras — digits`. */
export function titleOf(request: AnyRequest): string {
  const other = otherOf(request);
  return titleOfPaths(request.checkpoint, other);
}

/**
 * {@link titleOf} by paths. Checkpoints of many runs have one name (`model.keras`, `best.keras`), so their folder is
 * always told; two of different folders have it before their names.
 */
export function titleOfPaths(checkpoint: string, other: string | undefined): string {
  const folder = path.basename(path.dirname(checkpoint));
  const named = (name: string) => (folder === '' ? name : `${name} — ${folder}`);
  if (other === undefined) return named(path.basename(checkpoint));
  return path.dirname(checkpoint) === path.dirname(other)
    ? named(`${path.basename(checkpoint)} → ${path.basename(other)}`)
    : `${withFolder(checkpoint)} → ${withFolder(other)}`;
}

function withFolder(file: string): string {
  return path.join(path.basename(path.dirname(file)), path.basename(file));
}

import { createHash } from 'node:crypto';
import path from 'node:path';
import { settingsText } from '../../settings/fingerprint';
import { otherOf, type AnyRequest } from '../store/report-store';

/** The same for requests that ask for the same thing of the same files: one panel, one run at a time each. */
export function identityOf(request: AnyRequest): string {
  const parts = [request.checkpoint, otherOf(request) ?? '', request.data, settingsText(request)];
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 24);
}

/** What a request is about, for titles: `epoch-020.keras`, or `a.keras → b.keras`. */
export function titleOf(request: AnyRequest): string {
  const other = otherOf(request);
  return titleOfPaths(request.checkpoint, other);
}

/** {@link titleOf} by paths. Two files of one name (`a/model.json`, `b/model.json`) are told apart by their folders. */
export function titleOfPaths(checkpoint: string, other: string | undefined): string {
  const name = shortName(checkpoint);
  if (other === undefined) return name;
  const same = path.basename(checkpoint) === path.basename(other);
  return same ? `${withFolder(checkpoint)} → ${withFolder(other)}` : `${name} → ${shortName(other)}`;
}

/** Every TensorFlow.js model has the same file name. */
function shortName(file: string): string {
  return path.basename(file) === 'model.json' ? withFolder(file) : path.basename(file);
}

function withFolder(file: string): string {
  return path.join(path.basename(path.dirname(file)), path.basename(file));
}

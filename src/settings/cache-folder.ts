import { homedir } from 'node:os';
import path from 'node:path';

/** Where this system keeps what can be computed again: finished reports of comparisons. */
export function cacheFolder(
  environment: NodeJS.ProcessEnv = process.env,
  platform = process.platform,
): string {
  const given = environment['XDG_CACHE_HOME'];
  if (given !== undefined && path.isAbsolute(given)) return path.join(given, 'landscape');
  if (platform === 'darwin') return path.join(homedir(), 'Library', 'Caches', 'landscape');
  const local = environment['LOCALAPPDATA'];
  if (platform === 'win32' && local) return path.join(local, 'landscape', 'cache');
  return path.join(homedir(), '.cache', 'landscape');
}

/** Where the compiled form of our own scripts is kept. */
export const compiledFolder = (): string => path.join(cacheFolder(), 'compiled');

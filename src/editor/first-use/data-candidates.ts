import path from 'node:path';

/** A data file that might belong to a checkpoint. */
export interface DataCandidate {
  readonly path: string;
  readonly name: string;
  /** Where it lies, as short as it can be said. */
  readonly where: string;
}

/** Nearest first: by the folders shared with the checkpoint, then archives before single arrays, then by path. */
export function rankCandidates(
  checkpoint: string,
  files: readonly string[],
  workspaceFolder: string | undefined,
  home: string,
): DataCandidate[] {
  const own = path.dirname(checkpoint).split(path.sep);
  const shared = (file: string) => {
    const parts = path.dirname(file).split(path.sep);
    let count = 0;
    while (count < own.length && own[count] === parts[count]) count++;
    return count;
  };
  const single = (file: string) => (file.toLowerCase().endsWith('.npy') ? 1 : 0);
  return [...new Set(files)]
    .sort((a, b) => shared(b) - shared(a) || single(a) - single(b) || (a < b ? -1 : 1))
    .map((file) => ({ path: file, name: path.basename(file), where: whereOf(file, workspaceFolder, home) }));
}

function whereOf(file: string, workspaceFolder: string | undefined, home: string): string {
  const folder = path.dirname(file);
  const within = (container: string) => {
    const relative = path.relative(container, folder);
    return relative.startsWith('..') || path.isAbsolute(relative) ? undefined : relative;
  };
  const inWorkspace = workspaceFolder === undefined ? undefined : within(workspaceFolder);
  if (inWorkspace !== undefined) return inWorkspace === '' ? 'workspace folder' : inWorkspace;
  const inHome = within(home);
  return inHome === undefined ? folder : path.join('~', inHome);
}

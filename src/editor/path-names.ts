import path from 'node:path';

/**
 * A message of the engine as a person of this workspace would say it: the engine names files from its own working
 * folder, which nobody chose. Files of a workspace folder are named from there, others whole.
 */
export function inWorkspaceTerms(
  message: string,
  workspaceFolders: readonly string[],
  workingFolder: string,
): string {
  const whole = message.replace(/(?:\.\.[\\/])+\S*/g, (relative) => path.resolve(workingFolder, relative));
  // The innermost of nested folders first.
  const folders = [...workspaceFolders].sort((a, b) => b.length - a.length);
  return folders.reduce((text, folder) => text.replaceAll(folder + path.sep, ''), whole);
}

import path from 'node:path';
import * as vscode from 'vscode';
import { usualInterpreter } from '../../python/command';

/** What the Python extension exports, as far as it is asked here. */
interface PythonApi {
  readonly environments: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { readonly path: string };
    resolveEnvironment(
      environment: unknown,
    ): Promise<{ readonly executable: { readonly uri?: vscode.Uri } } | undefined>;
  };
}

const hasEnvironments = (exports: unknown): exports is PythonApi =>
  typeof exports === 'object' && exports !== null && 'environments' in exports;

/** The Python of a file: the one that the setting names, the one selected in the Python extension, else the usual. */
export async function interpreterOf(file: string): Promise<string> {
  const uri = vscode.Uri.file(file);
  const configured = vscode.workspace.getConfiguration('landscape', uri).get<string>('pythonPath', '');
  if (configured !== '') return absolute(configured, uri);
  return (await selectedInterpreter(uri)) ?? usualInterpreter();
}

/** A path of the setting from the workspace folder; a bare name is found by the system. */
function absolute(configured: string, uri: vscode.Uri): string {
  const folder = vscode.workspace.getWorkspaceFolder(uri)?.uri.fsPath;
  return /[\\/]/.test(configured) && folder !== undefined ? path.resolve(folder, configured) : configured;
}

/** The interpreter that is selected in the Python extension, if it is installed and has one. */
async function selectedInterpreter(uri: vscode.Uri): Promise<string | undefined> {
  const extension = vscode.extensions.getExtension<unknown>('ms-python.python');
  if (!extension) return undefined;
  try {
    const exports = extension.isActive ? extension.exports : await extension.activate();
    if (!hasEnvironments(exports)) return undefined;
    const active = exports.environments.getActiveEnvironmentPath(uri);
    const resolved = await exports.environments.resolveEnvironment(active);
    return resolved?.executable.uri?.fsPath;
  } catch {
    // Another version of it may answer otherwise; then the usual one is shown before it is run.
    return undefined;
  }
}

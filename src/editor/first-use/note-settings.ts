import path from 'node:path';
import * as vscode from 'vscode';
import { nearestSettings } from '../../settings/find';
import { readSettings } from '../../settings/read';
import { type SettingValue, pathInSettings, placeForSettings, updateSettings } from '../../settings/write';

/**
 * Notes which data a checkpoint is measured on, the file of its network where it needs one, and other settings by their
 * dotted keys, in the `landscape.json` that governs it or a new one. @returns that file
 */
export async function noteSettings(
  checkpoint: string,
  data: string,
  more: Readonly<Record<string, SettingValue>> = {},
  model?: string,
): Promise<string> {
  const workspaceFolder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(checkpoint))?.uri.fsPath;
  const file = await settingsFileFor(checkpoint, data, workspaceFolder);
  const network: Record<string, SettingValue> =
    model === undefined ? {} : { model: pathInSettings(file, model) };
  await updateSettings(file, { data: pathInSettings(file, data), ...network, ...more });
  return file;
}

/** Notes the file of a checkpoint's network in the `landscape.json` that governs it, or one beside it. */
export async function noteModel(checkpoint: string, model: string): Promise<void> {
  const folder = path.dirname(checkpoint);
  const file = (await nearestSettings(folder)) ?? placeForSettings(checkpoint, model, folder);
  await updateSettings(file, { model: pathInSettings(file, model) });
}

/**
 * A new file in the deepest folder that holds both, or the one that governs the checkpoint already. One from farther
 * up that names other data belongs to other checkpoints as well, and stays as it is.
 */
async function settingsFileFor(
  checkpoint: string,
  data: string,
  workspaceFolder: string | undefined,
): Promise<string> {
  const place = placeForSettings(checkpoint, data, workspaceFolder);
  const governing = await nearestSettings(path.dirname(checkpoint));
  if (governing === undefined || !isWithin(governing, workspaceFolder ?? path.dirname(checkpoint)))
    return place;
  const nearer = path.dirname(governing).length < path.dirname(place).length;
  const named = (await readSettings(governing)).settings.data;
  return nearer && named !== undefined && path.relative(named, data) !== '' ? place : governing;
}

function isWithin(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return !relative.startsWith('..') && !path.isAbsolute(relative);
}

import path from 'node:path';
import type * as z from 'zod';
import { readPlainText } from '../files/plain-file';
import { UserError } from '../core/errors';
import { settingsSchema, type Settings } from '../contract/settings';
import { parseJsonText } from './json-text';

/** A `landscape.json` as read: its `data` and `model` are absolute paths. */
export interface SettingsFile {
  readonly path: string;
  readonly settings: Settings;
}

/**
 * Reads one `landscape.json`.
 * @throws UserError that names the file and every mistake in it with its line or key.
 */
export async function readSettings(file: string): Promise<SettingsFile> {
  const text = await readPlainText(file);
  return { path: file, settings: withAbsolutePaths(parseSettings(text, file), path.dirname(file)) };
}

/**
 * The settings in `text`, paths as they stand there. `file` is for messages.
 * @throws UserError that names every mistake.
 */
export function parseSettings(text: string, file: string): Settings {
  const parsed = settingsSchema.safeParse(parseJsonText(text, file));
  if (parsed.success) return parsed.data;
  throw new UserError(`${file} is not right: ${parsed.error.issues.map(issueText).join('; ')}.`);
}

function issueText(issue: z.core.$ZodIssue): string {
  const where = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    const keys = issue.keys.map((key) => `"${where === '' ? key : `${where}.${key}`}"`).join(', ');
    const known = Object.keys(settingsSchema.shape).filter((key) => key !== '$schema');
    return `${keys} is no setting${where === '' ? ` (known: ${known.join(', ')})` : ''}`;
  }
  return where === '' ? issue.message : `"${where}": ${issue.message}`;
}

function withAbsolutePaths(settings: Settings, folder: string): Settings {
  return {
    ...settings,
    ...(settings.data === undefined ? {} : { data: path.resolve(folder, settings.data) }),
    ...(settings.model === undefined ? {} : { model: path.resolve(folder, settings.model) }),
  };
}

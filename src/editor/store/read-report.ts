import { readPlainText } from '../../files/plain-file';
import type { KeptStore } from '../../settings/kept-store';
import { UserError } from '../../core/errors';
import { reportSchema, type Report } from '../../contract/report';
import { SCHEMA_VERSION } from '../../contract/vocabulary';

/** More than any report needs; a larger file is another thing under its name. */
const MAX_BYTES = 256e6;

/**
 * Reads a report that this extension or the terminal wrote.
 * @throws UserError that names the file when it is unreadable, no report, or one of a newer Landscape.
 */
export async function readReport(file: string): Promise<Report> {
  return parseReport(await readPlainText(file, MAX_BYTES), file);
}

/**
 * The report that was kept under a key: whole, unchanged, and of that.
 * @throws UserError where it is not.
 */
export async function readKeptReport(reports: KeptStore, key: string): Promise<Report> {
  const [file, kept] = [reports.fileOf(key), await reports.readAny(key)];
  if (kept === undefined) throw new UserError(`${file} is damaged, or of something else.`);
  return reportIn(kept, file);
}

/** The report in `text`. `file` is for messages. Throws as {@link readReport}. */
export function parseReport(text: string, file: string): Report {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UserError(`${file} is not a Landscape report: it is not valid JSON. Was it written whole?`);
  }
  return reportIn(value, file);
}

function reportIn(value: unknown, file: string): Report {
  const version =
    typeof value === 'object' && value !== null && 'schemaVersion' in value ? value.schemaVersion : undefined;
  if (typeof version === 'number' && version > SCHEMA_VERSION) {
    throw new UserError(
      `${file} was written by a newer Landscape (report version ${version}, this one reads ${SCHEMA_VERSION}). ` +
        'Update the extension.',
    );
  }
  const parsed = reportSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue === undefined || issue.path.length === 0 ? '' : ` at "${issue.path.join('.')}"`;
  throw new UserError(`${file} is not a Landscape report: ${issue?.message ?? 'its form differs'}${where}.`);
}

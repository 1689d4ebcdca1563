import type { AnalyzeRequest, InterpolateRequest } from '../shared/settings';

/** Where files lie and how long we may take does not decide figures; the files' contents do, and are hashed apart. */
const NOT_SETTINGS = new Set(['checkpoint', 'other', 'data', 'tensorflowPath']);

/** The settings of a request by name, in one order, without the paths of what is measured. */
export function settingsOf(request: AnalyzeRequest | InterpolateRequest): Record<string, unknown> {
  const entries = Object.entries(request).filter(
    ([key, value]) => !NOT_SETTINGS.has(key) && value !== undefined,
  );
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The same text for the same settings, whatever order they were given in. */
export function settingsText(request: AnalyzeRequest | InterpolateRequest): string {
  return canonical(settingsOf(request));
}

/** One sentence for each setting that differs, such as `top was 5 and is 10 now`. */
export function settingsChanges(
  before: AnalyzeRequest | InterpolateRequest,
  now: AnalyzeRequest | InterpolateRequest,
): string[] {
  const old = settingsOf(before);
  const current = settingsOf(now);
  return [...new Set([...Object.keys(old), ...Object.keys(current)])]
    .filter((key) => canonical(old[key]) !== canonical(current[key]))
    .map((key) => `${key} was ${shown(old[key])} and is ${shown(current[key])} now`);
}

function shown(value: unknown): string {
  return value === undefined ? 'left out' : typeof value === 'string' ? value : canonical(value);
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    entries.sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}

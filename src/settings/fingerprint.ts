import type { AnalyzeRequest, InterpolateRequest } from '../contract/settings';
import { identityOf } from '../core/identity';

/**
 * Where files lie does not decide figures; their contents do, and are hashed apart. The budget stays a setting: what would
 * pass it is left out. A picture moves no figure of a report: one without it is as right.
 */
const NOT_SETTINGS = new Set(['checkpoint', 'other', 'data', 'tensorflowPath', 'picture']);

/** The settings of a request by name, in one order, without the paths of what is measured. */
export function settingsOf(request: AnalyzeRequest | InterpolateRequest): Record<string, unknown> {
  const entries = Object.entries(request).filter(
    ([key, value]) => !NOT_SETTINGS.has(key) && value !== undefined,
  );
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The same text for the same settings, whatever order they were given in. */
export function settingsText(request: AnalyzeRequest | InterpolateRequest): string {
  return identityOf(settingsOf(request));
}

/** One sentence for each setting that differs, such as `top was 5 and is 10 now` or `input.scale was not set and is 1/255 now`. */
export function settingsChanges(
  before: AnalyzeRequest | InterpolateRequest,
  now: AnalyzeRequest | InterpolateRequest,
): string[] {
  return changes(settingsOf(before), settingsOf(now), '');
}

/** The changes under a key, each named by its whole path as `landscape.json` nests it. */
function changes(before: Settings, now: Settings, path: string): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(now)])]
    .filter((key) => identityOf(before[key]) !== identityOf(now[key]))
    .flatMap((key) => {
      const [old, current] = [before[key], now[key]];
      const inside = [old, current].every((value) => value === undefined || isSettings(value));
      return inside
        ? changes((old ?? {}) as Settings, (current ?? {}) as Settings, `${path}${key}.`)
        : [`${path}${key} was ${shown(old)} and is ${shown(current)} now`];
    });
}

type Settings = Readonly<Record<string, unknown>>;

const isSettings = (value: unknown): value is Settings =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function shown(value: unknown): string {
  if (value === undefined) return 'not set';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return shownNumber(value);
  if (Array.isArray(value)) return value.map(shown).join(', ') || 'none';
  return identityOf(value);
}

/** One over a whole number as the fraction that it was meant as, where it is not short as it is. */
function shownNumber(value: number): string {
  const text = String(value);
  const whole = Math.round(1 / value);
  return text.length > 8 && 1 / whole === value ? `1/${whole}` : text;
}

/**
 * A text that two values have in common only if they are the same: unlike JSON it tells ±Infinity, NaN, -0, null and
 * undefined apart. Properties that are undefined count as absent, and the order of properties does not count. Of plain
 * values, arrays and typed arrays.
 */
export function identityOf(value: unknown): string {
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map(identityOf).join(',')}]`;
  if (ArrayBuffer.isView(value))
    return `${value.constructor.name}[${Array.from(value as Float64Array, identityOf).join(',')}]`;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${identityOf(item)}`).join(',')}}`;
}

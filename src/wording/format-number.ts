/** Numbers as people read them: a true minus sign, few digits, powers of ten where zeros would have to be counted. */

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const SUBSCRIPTS = '₀₁₂₃₄₅₆₇₈₉';

/** `10⁻⁵` for -5: the power of ten with its exponent raised. */
export function powerOfTen(exponent: number): string {
  return `10${exponent < 0 ? '⁻' : ''}${raise(Math.abs(exponent), SUPERSCRIPTS)}`;
}

/** `λ₁₂` is `'λ' + subscript(12)`. */
export function subscript(index: number): string {
  return raise(index, SUBSCRIPTS);
}

function raise(value: number, digits: string): string {
  return [...String(value)].map((digit) => digits[Number(digit)]).join('');
}

/** A count with thousands separators: `1,437`. */
export function formatCount(count: number): string {
  return `${count < 0 ? '−' : ''}${Math.abs(Math.round(count))
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',')}`;
}

/** A count with its noun: `1 layer`, `1,437 rows`. */
export const counted = (count: number, noun: string, nouns = `${noun}s`): string =>
  `${formatCount(count)} ${Math.abs(count) === 1 ? noun : nouns}`;

/**
 * A number to `digits` significant digits without trailing zeros, such as `100.99`, `−2.387` or `2.1×10⁻⁵`.
 * No thousands separators, so that what is shown can be read back.
 */
export function formatNumber(value: number, digits = 4): string {
  if (Number.isNaN(value)) return 'not a number';
  const sign = value < 0 ? '−' : '';
  const magnitude = Math.abs(value);
  if (magnitude === Infinity) return `${sign}∞`;
  if (magnitude === 0) return '0';
  if (isPlain(magnitude)) {
    const rounded = magnitude >= 10 ** digits ? Math.round(magnitude) : Number(magnitude.toPrecision(digits));
    return sign + trimZeros(rounded.toFixed(Math.max(0, digits - 1 - exponentOf(rounded))));
  }
  const [mantissa, exponent] = magnitude.toExponential(digits - 1).split('e');
  return `${sign}${trimZeros(mantissa)}×${powerOfTen(Number(exponent))}`;
}

/**
 * A value and its error, both rounded to the error's last meaningful digit (two digits where it leads with less
 * than 3.55, else one), before the point too, the value to at most `digits` digits: 228.73 and 3.07 give `228.7` and
 * `3.1`, 47600.8 and 34379 give `48000` and `34000`. An error below the last digit that is shown is rounded up to it.
 * The error's text is empty where there is none to show.
 */
export function formatWithError(
  value: number,
  error: number | null | undefined,
  digits = 6,
): { value: string; error: string } {
  if (error === null || error === undefined || !Number.isFinite(error) || error <= 0) {
    return { value: formatNumber(value, digits - 1), error: '' };
  }
  const magnitude = Math.abs(value);
  const exponent = exponentOf(error);
  const errorDigits = error / 10 ** exponent < 3.55 ? 2 : 1;
  const meant = errorDigits - 1 - exponent;
  const decimals = magnitude > 0 ? Math.min(meant, digits - 1 - exponentOf(magnitude)) : meant;
  const sign = value < 0 ? '−' : '';
  const rounded = roundedUp(error, decimals, meant);
  if (magnitude > 0 && !isPlain(magnitude)) {
    const count = Math.max(1, Math.min(digits, exponentOf(magnitude) + decimals + 1));
    return { value: formatNumber(value, count), error: formatNumber(rounded, errorDigits) };
  }
  if (decimals > 12) return { value: '0', error: formatNumber(rounded, errorDigits) };
  const text = fixed(magnitude, decimals);
  return {
    value: (Number(text) !== 0 ? sign : '') + text,
    error: isPlain(rounded) || rounded === 0 ? fixed(rounded, decimals) : formatNumber(rounded, errorDigits),
  };
}

/** An error that is smaller than the last digit shown is at most one of it. */
const roundedUp = (error: number, decimals: number, meant: number): number =>
  decimals < meant ? Math.ceil(error * 10 ** decimals * (1 - 1e-9)) / 10 ** decimals : error;

/** To so many decimals; of fewer than none to tens, hundreds... */
function fixed(magnitude: number, decimals: number): string {
  if (decimals >= 0) return magnitude.toFixed(decimals);
  const unit = 10 ** -decimals;
  return (Math.round(magnitude / unit) * unit).toFixed(0);
}

/** `100.991 ± 0.024`, or the value alone where it has no error. */
export function withError(value: number, error: number | null | undefined): string {
  const text = formatWithError(value, error);
  return text.error ? `${text.value} ± ${text.error}` : text.value;
}

/** A share as `97.7 %`. */
export function formatPercent(share: number, digits = 3): string {
  return `${formatNumber(Number((share * 100).toPrecision(digits)), digits)} %`;
}

/** A duration as `1.9 s`, `48 s`, `2 min 5 s` or `1 h 3 min`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 0.95) return `${formatNumber(seconds, 2)} s`;
  if (seconds < 9.95 && !Number.isInteger(seconds)) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return join(minutes, 'min', whole % 60, 's');
  return join(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
}

/** A number of bytes as `212 MB` (decimal units). */
export function formatBytes(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let size = bytes;
  let unit = 0;
  while (size >= 999.5 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  return `${formatNumber(size, 3)} ${units[unit]}`;
}

function join(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

/** Shown without a power of ten. */
function isPlain(magnitude: number): boolean {
  return magnitude >= 1e-4 && magnitude < 1e6;
}

function exponentOf(magnitude: number): number {
  return magnitude === 0 ? 0 : Number(magnitude.toExponential().split('e')[1]);
}

function trimZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

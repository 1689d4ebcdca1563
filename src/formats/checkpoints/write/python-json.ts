/** Settings that Keras refuses as whole numbers. */
const REAL = /^(momentum|learning_rate)$/;

const MARK = '\u0000';

/** JSON as Python's would write it: what is a real number bears a point, `0.0` and not `0`. */
export function pythonJson(value: unknown): string {
  const text = JSON.stringify(value, (key, part: unknown) =>
    typeof part === 'number' && Number.isInteger(part) && REAL.test(key) ? `${MARK}${part}` : part,
  );
  return text.replace(/"\\u0000(-?\d+)"/g, '$1.0');
}

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A copy with the value at a dotted key replaced whole; objects on the way are made, and null takes the key away. */
export function withKey(object: Json, dotted: string, value: unknown): Record<string, unknown> {
  const [first, ...rest] = dotted.split('.');
  if (rest.length === 0 && value === null) {
    const { [first]: _, ...others } = object;
    return others;
  }
  const inner = object[first];
  return {
    ...object,
    [first]: rest.length === 0 ? value : withKey(isObject(inner) ? inner : {}, rest.join('.'), value),
  };
}

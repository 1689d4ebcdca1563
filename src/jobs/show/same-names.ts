/** How the names of two files go with one another. */
export interface SameNames {
  /** What stands before the names of the first file, and of the other, and is left out to match them. */
  readonly first: string;
  readonly other: string;
}

/**
 * What wrappers put before all names of one file and not of the other, `module.` or `model_state_dict.`: found only where
 * no two names are the same as they stand. Of several sets the one with most tensors of these names counts, then the first.
 */
export function sameNames(first: readonly string[], others: readonly string[]): SameNames {
  const none = { first: '', other: '' };
  const known = new Set(first);
  if (others.some((name) => known.has(name))) return none;
  const other = prefixIn(others, first);
  if (other !== '') return { ...none, other };
  return { ...none, first: prefixIn(first, others) };
}

/** The prefix under which most of these names stand in a file; '' for none. */
function prefixIn(file: readonly string[], names: readonly string[]): string {
  const held = new Set(file);
  const [sample] = names;
  let best = { prefix: '', count: 0 };
  for (const each of file) {
    if (sample === undefined || !each.endsWith(`.${sample}`)) continue;
    const prefix = each.slice(0, -sample.length);
    const count = names.filter((name) => held.has(prefix + name)).length;
    if (count > best.count) best = { prefix, count };
  }
  return best.prefix;
}

/**
 * Which name of one list goes with which of another, where they differ only by the numbers that Keras gives to layers
 * without a name of their own: `dense_18/kernel` and `dense_33/kernel`, which a second network of one process gets.
 * @returns the other's name for each of the first's; undefined where names are the same, or differ by more
 */
export function renumbered(
  first: readonly string[],
  other: readonly string[],
): ReadonlyMap<string, string> | undefined {
  const known = new Set(first);
  if (first.length !== other.length || other.every((name) => known.has(name))) return undefined;
  const [ranked, others] = [byRank(first), byRank(other)];
  if (ranked.size !== first.length || others.size !== other.length) return undefined;
  const pairs = new Map<string, string>();
  for (const [rank, name] of ranked) {
    const same = others.get(rank);
    if (same === undefined) return undefined;
    pairs.set(name, same);
  }
  return pairs;
}

/** Names by what is left of them where each number is its rank among the numbers of the same word. */
function byRank(names: readonly string[]): Map<string, string> {
  const numbers = new Map<string, Set<number>>();
  for (const part of names.flatMap(partsOf)) {
    const { word, number } = numberedOf(part);
    numbers.set(word, (numbers.get(word) ?? new Set()).add(number));
  }
  const ranks = new Map(
    [...numbers].map(([word, found]) => [
      word,
      new Map([...found].sort((a, b) => a - b).map((number, rank) => [number, rank])),
    ]),
  );
  const ranked = (part: string) => {
    const { word, number } = numberedOf(part);
    return `${word} ${ranks.get(word)?.get(number)}`;
  };
  return new Map(names.map((name) => [partsOf(name).map(ranked).join('/'), name]));
}

const partsOf = (name: string): string[] => name.split('/');

/** `dense_3` is the third after `dense`, which has no number. */
function numberedOf(part: string): { word: string; number: number } {
  const [, word, digits] = /^(.*)_(\d{1,9})$/.exec(part) ?? [];
  return word === undefined ? { word: part, number: -1 } : { word, number: Number(digits) };
}

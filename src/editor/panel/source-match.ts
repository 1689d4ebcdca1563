/** The candidate that shares the most trailing parts with `file`, or undefined when two share as many. */
export function longestSuffixMatch(file: string, candidates: readonly string[]): string | undefined {
  const wanted = parts(file);
  const scored = candidates
    .map((candidate) => ({ candidate, common: commonEnd(wanted, parts(candidate)) }))
    .filter(({ common }) => common > 0)
    .sort((a, b) => b.common - a.common);
  const [best, second] = scored;
  return best === undefined || second?.common === best.common ? undefined : best.candidate;
}

function parts(file: string): string[] {
  return file.split(/[\\/]/).reverse();
}

function commonEnd(a: readonly string[], b: readonly string[]): number {
  let count = 0;
  while (count < a.length && a[count] === b[count]) count++;
  return count;
}

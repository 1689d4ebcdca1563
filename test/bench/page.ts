/** A page of Markdown in parts: one for each heading of the second level, and under '' what stands before the first. */
function partsOf(page: string): Map<string, string> {
  const parts = page.split(/^(?=## )/m).map((part) => part.trim());
  return new Map(parts.map((part) => [part.startsWith('## ') ? part.split('\n', 1)[0] : '', part]));
}

/**
 * A page with the parts of a newer one: those that are in both are the newer's, in their old place, others of it come last,
 * and what was not measured again stays. `withHead`: what stands before the first heading is the newer's too.
 */
export function renewed(page: string, newer: string, withHead: boolean): string {
  const parts = partsOf(page);
  for (const [heading, part] of partsOf(newer))
    if (withHead || heading !== '' || !parts.has('')) parts.set(heading, part);
  return `${[...parts.values()].join('\n\n')}\n`;
}

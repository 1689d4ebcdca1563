/** A count as people read it: 60,000. */
export const counted = (count: number): string => count.toLocaleString('en');

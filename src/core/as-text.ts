/** What is kept of a line of code: reports hold one for each tensor. */
const LONGEST = 300;

/** Code with each run of white space made one space, cut where it is very long: what two texts are compared by. */
export const asText = (code: string): string => code.trim().replaceAll(/\s+/g, ' ').slice(0, LONGEST);

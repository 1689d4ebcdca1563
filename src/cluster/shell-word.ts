/** A word as a POSIX shell reads it. */
export const shellWord = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** Words as one types them. */
export const shellLine = (words: readonly string[]): string => words.map(shellWord).join(' ');

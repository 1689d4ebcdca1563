import path from 'node:path';

/** Where files are looked for, and which of them are meant. */
export interface FilePattern {
  /** The folder without any wildcard, absolute. */
  readonly folder: string;
  /** Is this path from the folder, with `/`, one that is meant? */
  matches(relative: string): boolean;
  /** How many folders deep a match can lie; 0 is the folder itself. */
  readonly depth: number;
}

/** Stands for `**` until the parts are joined. */
const ANY_FOLDERS = '\u0000';

const WILD = /[*?[{]/;

/** Folders below which a `**` finds nothing: a run is not deeper. */
const DEEPEST = 8;

/** Does a path hold a wildcard? */
export const isPattern = (text: string): boolean => WILD.test(text);

/**
 * A pattern of paths: `*` and `?` within a name, `**` for any folders, `[abc]`, `{keras,h5}`.
 * @param pattern an absolute path.
 */
export function filePattern(pattern: string): FilePattern {
  const parts = pattern.split(path.sep === '\\' ? /[\\/]/ : '/');
  const first = parts.findIndex(isPattern);
  const fixed = first < 0 ? parts.length - 1 : first;
  const wild = parts.slice(fixed);
  const expression = new RegExp(
    `^${wild.map(ofPart).join('/').replaceAll(`${ANY_FOLDERS}/`, '(?:[^/]+/)*')}$`,
  );
  return {
    folder: parts.slice(0, fixed).join(path.sep) || path.sep,
    matches: (relative) => expression.test(relative),
    depth: wild.includes('**') ? DEEPEST : wild.length - 1,
  };
}

/** Alternatives that are all closed, none within another. */
const BRACED = /^[^{}]*(\{[^{}]*\}[^{}]*)+$/;

/** The expression of one part; a `**` is a mark that takes its slash along. */
function ofPart(part: string): string {
  if (part === '**') return ANY_FOLDERS;
  const special: Readonly<Record<string, string>> = BRACED.test(part)
    ? { '*': '[^/]*', '?': '[^/]', '{': '(?:', '}': ')' }
    : { '*': '[^/]*', '?': '[^/]' };
  let isInside = false;
  return part.replace(/\[!?[^\]/]+\]|[^]/g, (token) => {
    if (token.length > 1) return ofSet(token);
    if (token === '{' || token === '}') isInside = token === '{' && '{' in special;
    if (token === ',' && isInside) return '|';
    return special[token] ?? escaped(token, /[\\^$.*+?()[\]{}|]/g);
  });
}

/** `[abc]`, or `[!abc]` of all others. */
function ofSet(token: string): string {
  const isOthers = token.startsWith('[!');
  return `[${isOthers ? '^/' : ''}${escaped(token.slice(isOthers ? 2 : 1, -1), /[\\^\]]/g)}]`;
}

const escaped = (text: string, what: RegExp): string => text.replace(what, '\\$&');

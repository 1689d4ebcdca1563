import path from 'node:path';
import { HOLE } from './loose-path';
import type { PathExpression } from './spelled-path';

/** Does an expression leave something open? */
export const hasHoles = ({ parts }: PathExpression): boolean => parts.some((part) => part.includes(HOLE));

const NATURAL = new Intl.Collator('en', { numeric: true });

/**
 * The checkpoints among `files` whose paths end as an expression with holes says, in the order of their numbers. Where
 * some lie as it says from one of `bases` (the document's folder, the workspace's), these alone.
 */
export function matching(
  { parts }: PathExpression,
  files: readonly string[],
  bases: readonly string[],
): string[] {
  const wanted = path
    .join(...parts)
    .split(/[\\/]/)
    .filter((part) => part !== '' && part !== '.');
  // A hole alone in front may be any folders.
  const tail = wanted[0] === HOLE ? wanted.slice(1) : wanted;
  if (tail.length === 0 || tail.includes('..')) return [];
  const patterns = tail.map((part) => new RegExp(`^${part.split(HOLE).map(escaped).join('.*')}$`, 'i'));
  const found = files.filter((file) => {
    const own = file.split(/[\\/]/).slice(-patterns.length);
    return own.length === patterns.length && patterns.every((pattern, i) => pattern.test(own[i] ?? ''));
  });
  for (const base of bases) {
    const below = found.filter((file) => {
      const inner = path.relative(base, file);
      return inner.split(/[\\/]/).length === wanted.length && !inner.startsWith('..');
    });
    if (below.length > 0) return below.sort((a, b) => NATURAL.compare(a, b));
  }
  return found.sort((a, b) => NATURAL.compare(a, b));
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

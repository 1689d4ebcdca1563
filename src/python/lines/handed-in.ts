import { closing } from '../scan';
import { type Assigned, isNone } from './assignments';
import { type Item, callOf, itemsOf, trimmed } from './expressions';
import type { Follower, Found } from './follow';
import type { ClassBlock, PythonText } from './python-text';

/**
 * Where a layer is made that a class is handed (`self.shortcut = shortcut`): what the calls of the class in the same file give
 * for that parameter. What was found stays where no call, or several, tell more.
 */
export function handedIn(file: PythonText, block: ClassBlock, found: Found, follower: Follower): Found {
  const { code, text } = file;
  const own = trimmed(code, found.value);
  const name = code.slice(own.from, own.to);
  if (!/^[A-Za-z_]\w*$/.test(name)) return found;
  const place = parametersOf(file, block).indexOf(name);
  if (place < 0) return found;
  const given: Assigned[] = [];
  for (const { index } of code.matchAll(new RegExp(`(?<!class\\s+)(?<![\\w])${block.name}\\s*\\(`, 'g'))) {
    const line = file.logicalLineAt(index);
    const open = code.indexOf('(', index);
    const items = callOf(code, { from: index, to: closing(code, open) + 1 }, text)?.items;
    const value = items && argumentOf(items, place, name);
    if (line && value) given.push({ value, line });
  }
  const made = given.filter((each) => !isNone(file, each));
  const followed = made.length > 0 ? follower.choose(made, found.rest) : undefined;
  // The parameter's own name is left at the end, whoever makes the layer.
  const isMore =
    followed &&
    (followed.rest.length < found.rest.length || callOf(code, followed.value, text) !== undefined);
  return isMore ? followed : found;
}

/** The names of what the class is made with, in their order, `self` aside. */
function parametersOf(file: PythonText, { name, head, body }: ClassBlock): readonly string[] {
  return file.once(`parameters of ${name} ${head.from}`, () => {
    const line = body.find((each) => /^def\s+__init__\s*\(/.test(file.codeOf(each)));
    if (line === undefined) return [];
    const open = file.code.indexOf('(', line.from);
    return itemsOf(file.code, { from: open + 1, to: closing(file.code, open) })
      .map((item) => /^\s*\w*/.exec(nameIn(file, item))?.[0].trim() ?? '')
      .slice(1);
  });
}

/** A parameter's text; of one with a default the value alone is its span. */
const nameIn = (file: PythonText, { key, ...span }: Item): string => key ?? file.codeOf(span);

function argumentOf(items: readonly Item[], place: number, name: string): Item | undefined {
  const named = items.find(({ key }) => key === name);
  if (named) return named;
  const before = items.slice(0, place + 1);
  return before.length > place && before.every(({ key, starred }) => key === undefined && !starred)
    ? before[place]
    : undefined;
}

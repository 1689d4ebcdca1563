import { type Added, type Assigned, addedIn, assignedIn, isNone, quoted } from './assignments';
import { type Item, callOf, literalOf, trimmed, wordAt } from './expressions';
import type { LogicalLine, PythonText, Span } from './python-text';

/** An expression that makes what a path leads to, or the nearest around it: `rest` is what could not be followed. */
export interface Found {
  readonly value: Span;
  readonly rest: readonly string[];
}

/** The class of what is looked for, to choose by among several that could be meant. */
export interface Wanted {
  readonly module: string | undefined;
}

/** Deeper than any network's definition, and an end for one that refers to itself. */
const DEEPEST = 12;

const KEYED = new Set(['OrderedDict', 'dict']);
const LISTS = new Set(['ModuleList', 'ParameterList', 'list', 'tuple']);
const DICTIONARIES = new Set(['ModuleDict', 'ParameterDict']);

/** Follows a path through literal `Sequential`, `ModuleList`, `ModuleDict`, variables and loops to the very expression. */
export class Follower {
  constructor(
    private readonly file: PythonText,
    private readonly wanted: Wanted,
  ) {}

  /** The expression among these values that the path leads into furthest; undefined where several do equally. */
  choose(all: readonly Assigned[], path: readonly string[], depth = 0): Found | undefined {
    const made = all.filter((each) => !isNone(this.file, each));
    const found = (made.length > 0 ? made : all).map(({ value, line }) =>
      this.follow(value, path, line, depth),
    );
    const least = Math.min(...found.map(({ rest }) => rest.length));
    const deepest = found.filter(({ rest }) => rest.length === least);
    if (deepest.length < 2) return deepest[0];
    const ofClass = deepest.filter(({ value }) => this.spelled(value) === this.wanted.module);
    return ofClass.length === 1 ? ofClass[0] : undefined;
  }

  /** What an expression calls, by the last name. */
  spelled(value: Span): string | undefined {
    return callOf(this.file.code, value, this.file.text)?.name;
  }

  private follow(span: Span, path: readonly string[], line: LogicalLine, depth: number): Found {
    const { code, text } = this.file;
    const value = trimmed(code, span);
    const stay = { value, rest: path };
    if (path.length === 0 || depth > DEEPEST) return stay;
    const branch = this.chosenBranch(value, path, line, depth);
    // A parameter's own name is left at the end.
    if (path.length === 1 || branch.rest.length < path.length) return branch;
    const call = callOf(code, value, text);
    if (call?.name === 'Sequential' || (call && KEYED.has(call.name)))
      return this.among(call.items, path, line, depth) ?? stay;
    if (call && (LISTS.has(call.name) || DICTIONARIES.has(call.name))) {
      if (call.items.length === 1) return this.within(call.items[0], path, line, depth) ?? stay;
      return stay;
    }
    return this.within(value, path, line, depth) ?? stay;
  }

  /** Of `a if condition else b` the branch that the path leads into. */
  private chosenBranch(value: Span, path: readonly string[], line: LogicalLine, depth: number): Found {
    const { code } = this.file;
    const condition = wordAt(code, value, 'if');
    const otherwise = condition < 0 ? -1 : wordAt(code, { from: condition, to: value.to }, 'else');
    const stay = { value, rest: path };
    if (otherwise < 0) return stay;
    const branches = [
      { value: { from: value.from, to: condition }, line },
      { value: { from: otherwise + 4, to: value.to }, line },
    ];
    const found = this.choose(branches, path, depth + 1);
    return found && found.rest.length <= path.length ? found : stay;
  }

  /** A list, a dictionary, a comprehension or a variable that holds one. */
  private within(span: Span, path: readonly string[], line: LogicalLine, depth: number): Found | undefined {
    const { code, text } = this.file;
    const value = trimmed(code, span);
    const own = code.slice(value.from, value.to);
    if (/^[A-Za-z_]\w*$/.test(own)) return this.variable(own, path, line, depth);
    const call = callOf(code, value, text);
    if (call) return this.otherThan(this.follow(value, path, line, depth + 1), path);
    const literal = literalOf(code, value, text);
    if (!literal) return undefined;
    const loop = wordAt(code, { from: value.from + 1, to: value.to - 1 }, 'for');
    if (loop >= 0) return this.follow({ from: value.from + 1, to: loop }, path.slice(1), line, depth + 1);
    return this.among(literal, path, line, depth);
  }

  private otherThan(found: Found, path: readonly string[]): Found | undefined {
    return found.rest.length < path.length ? found : undefined;
  }

  /** What a path leads to among what a class gives to the `Sequential` or the list that it is derived from. */
  inItems(items: readonly Item[], path: readonly string[], line: LogicalLine): Found | undefined {
    return this.among(items, path, line, 0);
  }

  /** The item of a list, or the entry of a dictionary, that the path begins with. */
  private among(
    items: readonly Item[],
    path: readonly string[],
    line: LogicalLine,
    depth: number,
  ): Found | undefined {
    const [first, ...rest] = path;
    const next = (item: Span) => this.follow(item, rest, line, depth + 1);
    const named = items.find(({ key }) => key === first);
    if (named) return next(named);
    const pairs = items.map((item) => this.pairOf(item));
    const pair = pairs.find((each) => each?.key === first);
    if (pair) return next(pair.value);
    const [only] = items;
    if (items.length === 1 && (only.starred || !/^\d+$/.test(first) || pairs[0] === undefined)) {
      const inner = this.within(only, path, line, depth + 1);
      if (inner || only.starred) return inner ?? { value: trimmed(this.file.code, only), rest: path };
    }
    const index = /^\d+$/.test(first) ? Number(first) : items.length;
    if (index >= items.length || items.slice(0, index + 1).some(({ starred }) => starred)) return undefined;
    return items[index].key === undefined ? next(items[index]) : undefined;
  }

  /** `('key', value)`. */
  private pairOf(item: Item): { readonly key: string; readonly value: Span } | undefined {
    const { code, text } = this.file;
    if (code[trimmed(code, item).from] !== '(') return undefined;
    const [name, value, ...more] = literalOf(code, item, text) ?? [];
    const key = value && more.length === 0 ? quoted(text, name) : undefined;
    return key === undefined ? undefined : { key, value };
  }

  private variable(
    name: string,
    path: readonly string[],
    line: LogicalLine,
    depth: number,
  ): Found | undefined {
    const around = this.file.functionAround(line);
    const before = around.slice(0, Math.max(0, around.indexOf(line)));
    const assigned = assignedIn(this.file, before, name);
    const added = addedIn(this.file, before, name);
    if (added.length > 0) return this.built(assigned, added, path, depth);
    const found = this.choose(assigned, path, depth + 1);
    return found && found.rest.length < path.length ? found : undefined;
  }

  /** An item of a list that is built line by line: by its number where no loop adds to it, else by its class. */
  built(
    assigned: readonly Assigned[],
    added: readonly Added[],
    path: readonly string[],
    depth = 0,
  ): Found | undefined {
    const [first, ...rest] = path;
    const keyed = added.filter(({ key }) => key === first);
    if (keyed.length === 1) return this.follow(keyed[0].value, rest, keyed[0].line, depth + 1);
    const items: Assigned[] = [...assigned, ...added].flatMap(({ value, line, ...more }) => {
      if ('kind' in more && more.kind === 'one') return [{ value, line }];
      return (this.elements(value) ?? []).map((each) => ({ value: each, line }));
    });
    const indents = new Set([...assigned, ...added].map(({ line }) => line.indent));
    const place = Number(first);
    if (indents.size === 1 && assigned.length < 2 && place < items.length)
      return this.follow(items[place].value, rest, items[place].line, depth + 1);
    return this.choose(items, rest, depth + 1);
  }

  private elements(value: Span): readonly Item[] | undefined {
    const { code, text } = this.file;
    const call = callOf(code, value, text);
    if (call && (call.name === 'Sequential' || LISTS.has(call.name)))
      return call.items.length === 1 ? (this.elements(call.items[0]) ?? call.items) : call.items;
    return literalOf(code, value, text);
  }
}

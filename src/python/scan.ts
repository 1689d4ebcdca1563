/** A parameter of a function as it is written. */
export interface Parameter {
  readonly name: string;
  readonly required: boolean;
}

/** A class or a function at the top of a file of Python, as its text shows it. */
export interface Definition {
  readonly kind: 'class' | 'function';
  readonly name: string;
  /** Of a class: what it is derived from, the last name of each (`nn.Module` is `Module`). */
  readonly bases: readonly string[];
  /** Of a class those of its `__init__`, without `self`; undefined where it has none of its own. */
  readonly parameters: readonly Parameter[] | undefined;
  /** What a class sets on `self`. */
  readonly attributes: ReadonlySet<string>;
  /** Of a function: the classes it may return, by what is called or annotated. */
  readonly returns: ReadonlySet<string>;
}

const STRING = /("""|''')[\s\S]*?\1|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|#[^\n]*/g;

/** The text with what stands in strings and comments blanked, every character in its place; a name in quotes is a type. */
export const blanked = (text: string): string =>
  text.replace(STRING, (found) => {
    if (found.startsWith('#')) return ' '.repeat(found.length);
    return /^["'][\w.]+["']$/.test(found) ? found : found.replaceAll(/[^\n]/g, '"');
  });

/** The code of a notebook, one cell after the other; '' for what is no notebook. */
export function notebookCode(text: string): string {
  try {
    const { cells } = JSON.parse(text) as { cells?: { cell_type?: string; source?: string | string[] }[] };
    return (cells ?? [])
      .filter(({ cell_type: type }) => type === 'code')
      .map(({ source = '' }) =>
        [source]
          .flat()
          .join('')
          .replaceAll(/^[ \t]*[%!?].*$/gm, ''),
      )
      .join('\n');
  } catch {
    return '';
  }
}

/** Where the bracket at `open` closes, or the end of the text. */
export function closing(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if ('([{'.includes(text[at])) depth++;
    else if (')]}'.includes(text[at]) && --depth === 0) return at;
  }
  return text.length;
}

/** The parts between commas that stand in no bracket. */
function parts(text: string): string[] {
  const found: string[] = [];
  let [depth, from] = [0, 0];
  for (let at = 0; at <= text.length; at++) {
    if (at === text.length || (text[at] === ',' && depth === 0)) {
      const part = text.slice(from, at).trim();
      if (part !== '') found.push(part);
      from = at + 1;
    } else if ('([{'.includes(text[at])) depth++;
    else if (')]}'.includes(text[at])) depth--;
  }
  return found;
}

/** Parameters that can be given by name; `*args` and `**kwargs` cannot. */
const parametersOf = (text: string): Parameter[] =>
  parts(text).flatMap((part) => {
    const [, name] = /^([A-Za-z_]\w*)\s*(?:[:=]|$)/.exec(part) ?? [];
    if (name === undefined) return [];
    return [{ name, required: !/^[^=]*=/.test(part.replaceAll(/[=!<>]=/g, '')) }];
  });

const TOP = /^(?:(class)|(?:async[ \t]+)?def)[ \t]+([A-Za-z_]\w*)[ \t]*/gm;

/** The classes and functions at the top of a text of Python. */
export function definitionsIn(text: string): Definition[] {
  const code = blanked(text);
  return [...code.matchAll(TOP)].map(([head, isClass, name], i, all) => {
    const at = all[i].index + head.length;
    const end = code.slice(at).search(/\n(?=[A-Za-z_@%])/);
    const close = code[at] === '(' ? closing(code, at) : at;
    const given = code[at] === '(' ? code.slice(at + 1, close) : '';
    const body = code.slice(close, Math.max(close, end < 0 ? code.length : at + end));
    return isClass ? classOf(name, given, body) : functionOf(name, given, body);
  });
}

function classOf(name: string, given: string, body: string): Definition {
  const init = /^[ \t]+def[ \t]+__init__[ \t]*\(/m.exec(body);
  const open = init ? init.index + init[0].length - 1 : 0;
  return {
    kind: 'class',
    name,
    bases: parts(given).flatMap((base) => /(\w+)(?:\[.*)?$/s.exec(base)?.[1] ?? []),
    parameters: init ? parametersOf(body.slice(open + 1, closing(body, open))).slice(1) : undefined,
    attributes: new Set([...body.matchAll(/\bself\.(\w+)\s*(?::[^=\n]+)?=(?!=)/g)].map(([, each]) => each)),
    returns: new Set(),
  };
}

function functionOf(name: string, given: string, body: string): Definition {
  const annotated = /^\)\s*->\s*["']?([\w.]+)/.exec(body)?.[1].split('.').at(-1);
  const returned = [...body.matchAll(/\breturn\s+([\w.]+)\s*(\()?/g)].flatMap(([, each, isCall]) => {
    if (isCall) return [each.split('.').at(-1) ?? each];
    // A variable: what was called to make it.
    const made = [
      ...body.matchAll(new RegExp(`\\b${each.replaceAll('.', '\\.')}\\s*=\\s*([\\w.]+)\\s*\\(`, 'g')),
    ];
    return made.map(([, by]) => by.split('.').at(-1) ?? by);
  });
  return {
    kind: 'function',
    name,
    bases: [],
    parameters: parametersOf(given),
    attributes: new Set(),
    returns: new Set(annotated === undefined ? returned : [...returned, annotated]),
  };
}

/** A file of Python, or a notebook. */
export interface CodeFile {
  readonly file: string;
  readonly text: string;
}

/** The classes and functions of several files, and the classes among them by their names. */
export function definitionsOf(files: readonly CodeFile[]): {
  readonly all: readonly { readonly file: string; readonly each: Definition }[];
  readonly classes: ReadonlyMap<string, Definition>;
} {
  const all = files.flatMap(({ file, text }) =>
    definitionsIn(file.endsWith('.ipynb') ? notebookCode(text) : text).map((each) => ({ file, each })),
  );
  const classes = new Map<string, Definition>();
  for (const { each } of all) if (each.kind === 'class') classes.set(each.name, each);
  return { all, classes };
}

/** What the class takes when it is made, by its own definition or the first one above it that says. */
export const parametersBy = (line: readonly Definition[]): readonly Parameter[] =>
  line.find((of) => of.parameters !== undefined)?.parameters ?? [];

/** A class and those it is derived from, as far as they stand in the files. */
export function lineage(each: Definition, classes: ReadonlyMap<string, Definition>): Definition[] {
  const found = [each];
  for (const of of found)
    for (const base of of.bases) {
      const own = classes.get(base);
      if (own && !found.includes(own)) found.push(own);
    }
  return found;
}

import type * as z from 'zod';

type Issue = z.core.$ZodIssue;
type Type = z.core.$ZodType;

/** Everything that a schema refuses in a document, each with its path in it and what is allowed there. */
export function schemaMistakes(schema: Type, document: unknown, issues: readonly Issue[]): string[] {
  const texts = issues.flatMap((issue) => textsOf(issue, [], { schema, document }));
  return [...new Set(texts)];
}

interface Document {
  readonly schema: Type;
  readonly document: unknown;
}

function textsOf(issue: Issue, at: readonly PropertyKey[], whole: Document): string[] {
  const path = [...at, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(whole.schema, whole.document, path).filter((key) => key !== '$schema');
    const list = known.length > 0 ? ` (known: ${known.join(', ')})` : '';
    const names = issue.keys.map((key) => `"${[...path, key].join('.')}"`).join(', ');
    return [`${names} ${issue.keys.length > 1 ? 'are no keys' : 'is no key'} here${list}`];
  }
  if (issue.code === 'invalid_union') {
    // The branch that the document meant is the one that goes deeper than its own place.
    const meant = issue.errors.find((branch) =>
      branch.some(({ path: deeper, code }) => deeper.length > 0 || code === 'unrecognized_keys'),
    );
    if (meant) return meant.flatMap((inner) => textsOf(inner, path, whole));
  }
  return [`"${path.join('.')}" ${demandOf(issue, valueAt(whole.document, path))}`];
}

/** What is allowed, as it follows the path. */
function demandOf(issue: Issue, value: unknown): string {
  // What a refinement says is its own sentence.
  if (issue.code === 'custom') return `is not right: ${issue.message}`;
  const allowed = allowedBy(issue);
  return value === undefined ? `is missing: give ${allowed}` : `must be ${allowed}`;
}

function allowedBy(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return NAMES[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return listed(issue.values.map((value) => JSON.stringify(value)));
    case 'too_small':
      return issue.origin === 'array'
        ? `a list of at least ${issue.minimum}`
        : issue.origin === 'string'
          ? 'text'
          : `${issue.inclusive === false ? 'above' : 'at least'} ${issue.minimum}`;
    case 'too_big':
      return issue.origin === 'array'
        ? `a list of at most ${issue.maximum}`
        : `${issue.inclusive === false ? 'below' : 'at most'} ${issue.maximum}`;
    case 'invalid_union':
      return issue.errors.length === 0 && 'options' in issue
        ? listed((issue.options as readonly unknown[]).map((value) => JSON.stringify(value)))
        : [...new Set(issue.errors.flatMap((branch) => branch.map(allowedBy)))].join(' or ');
    default:
      return issue.message.replace(/^Invalid (input|string): /, '');
  }
}

const NAMES: Partial<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'text',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};

const listed = (values: readonly string[]): string =>
  values.length === 1 ? values[0] : `one of ${values.join(', ')}`;

function valueAt(document: unknown, path: readonly PropertyKey[]): unknown {
  let value = document;
  for (const key of path) value = (value as Record<PropertyKey, unknown> | undefined | null)?.[key];
  return value;
}

/** The keys that a schema knows at a place of a document. */
function keysAt(schema: Type, document: unknown, path: readonly PropertyKey[]): string[] {
  const [object] = objectsOf(schema, document);
  if (!object) return [];
  if (path.length === 0) return Object.keys(object);
  const [key, ...rest] = path;
  const inner = object[String(key)] as Type | undefined;
  return inner ? keysAt(inner, valueAt(document, [key]), rest) : [];
}

interface Definition {
  readonly innerType?: Type;
  readonly options?: readonly Type[];
  readonly discriminator?: string;
  readonly shape?: Readonly<Record<string, Type>>;
}

/** The objects that a schema may be here; of those told apart by a key, the one that the document names. */
function objectsOf(schema: Type, document: unknown): Readonly<Record<string, Type>>[] {
  const { innerType, options, discriminator, shape } = schema._zod.def as unknown as Definition;
  if (shape) return [shape];
  if (innerType) return objectsOf(innerType, document);
  const objects = (options ?? []).flatMap((option) => objectsOf(option, document));
  if (discriminator === undefined) return objects;
  const named = valueAt(document, [discriminator]);
  return objects.filter((fields) => {
    const { values } = (fields[discriminator]?._zod.def ?? {}) as { values?: readonly unknown[] };
    return values?.includes(named);
  });
}

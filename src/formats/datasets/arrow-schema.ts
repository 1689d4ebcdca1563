import type { FlatTable } from '../containers/flatbuffers';
import type { ColumnFacts } from './table';

/** Types by their numbers in Arrow's `Schema.fbs`; those that have no cells here have no name. */
const TYPES: Readonly<Record<number, ArrowType['kind']>> = {
  ...{ 1: 'null', 2: 'int', 3: 'float', 4: 'bytes', 5: 'text', 6: 'truth', 12: 'list', 13: 'struct' },
  ...{ 16: 'fixed-list', 19: 'bytes', 20: 'text', 21: 'list' },
};

/** The buffers of the types that are passed over; two of any other. */
const BUFFERS: Readonly<Record<number, number>> = {
  1: 0,
  4: 3,
  5: 3,
  13: 1,
  16: 1,
  19: 3,
  20: 3,
  22: 0,
  25: 3,
  26: 3,
};
const LARGE: ReadonlySet<number> = new Set([19, 20, 21]);
const UNION = 14;
/** Of which a batch says how many buffers there are. */
const VIEWS: ReadonlySet<number> = new Set([23, 24]);

/** What a column's values are, as they lie in memory. */
export interface ArrowType {
  readonly kind:
    'null' | 'int' | 'float' | 'bytes' | 'text' | 'truth' | 'list' | 'fixed-list' | 'struct' | 'other';
  /** Bits of a number. */
  readonly bits: number;
  readonly isSigned: boolean;
  /** Whether offsets have 64 bits. */
  readonly isLarge: boolean;
  /** Values of a row of a fixed list. */
  readonly size: number;
  readonly buffers: number;
}

/** A column, or a part of one. */
export interface ArrowField {
  readonly name: string;
  readonly type: ArrowType;
  /** Where the values are places in a dictionary: which, and how those are written. */
  readonly dictionary?: { readonly id: number; readonly index: ArrowType } | undefined;
  readonly children: readonly ArrowField[];
  /** Whether it has columns of views in it, whose buffers are counted in another way. */
  readonly hasViews: boolean;
}

/** Fields within fields that are read at most. */
const DEEPEST = 32;

/**
 * A field of a schema.
 * @throws RangeError for damaged ones
 */
export function fieldOf(field: FlatTable, depth = 0): ArrowField {
  if (depth > DEEPEST) throw new RangeError('fields are nested too deeply');
  const number = field.byte(2);
  const children = field.tables(5).map((child) => fieldOf(child, depth + 1));
  const encoding = field.table(4);
  return {
    name: field.text(0),
    type: typeOf(number, field.table(3)),
    ...(encoding ? { dictionary: { id: encoding.int64(0), index: intOf(encoding.table(1)) } } : {}),
    children,
    hasViews: VIEWS.has(number) || children.some(({ hasViews }) => hasViews),
  };
}

function typeOf(number: number, type: FlatTable | undefined): ArrowType {
  const kind = TYPES[number] ?? 'other';
  if (kind === 'int') return intOf(type);
  // A dense union has places beside its types.
  const ofUnion = 1 + (type?.int16(0) ?? 0);
  return {
    kind,
    bits: kind === 'float' ? 16 << (type?.int16(0) ?? 0) : 0,
    isSigned: true,
    isLarge: LARGE.has(number),
    size: kind === 'fixed-list' ? (type?.int32(0) ?? 0) : 0,
    buffers: number === UNION ? ofUnion : (BUFFERS[number] ?? 2),
  };
}

/** Places in a dictionary are signed and of 32 bits where nothing is said. */
const intOf = (type: FlatTable | undefined): ArrowType => ({
  kind: 'int',
  bits: type?.int32(0) ?? 32,
  isSigned: type === undefined || type.byte(1) !== 0,
  isLarge: false,
  size: 0,
  buffers: 2,
});

const KINDS: Readonly<Partial<Record<ArrowType['kind'], ColumnFacts['kind']>>> = {
  ...{ int: 'number', float: 'number', truth: 'truth', text: 'text', bytes: 'picture' },
  ...{ list: 'list', 'fixed-list': 'list' },
};

/** What a column holds, by the schema. */
export function factsOf({ name, type, children }: ArrowField): ColumnFacts {
  const isPicture = type.kind === 'struct' && children.some((child) => child.name === 'bytes');
  return { name, kind: isPicture ? 'picture' : (KINDS[type.kind] ?? 'other') };
}

import { UserError } from '../../../../core/errors';
import type { ByteSource } from '../../../containers/source';
import { BuiltMemory } from './built-memory';
import {
  PersistentId,
  PickleDict,
  PickleList,
  PickleName,
  PickleObject,
  type PickleValue,
} from './pickle-values';
import { PickleReader } from './pickle-reader';
import { refuseDangerous } from './pickle-names';

// A pickle is a program that builds objects by calling what it names. This one calls nothing: every class or function becomes
// an inert stand-in that keeps its name, its arguments and its state, and whoever reads the result knows a few of the names.

/** Enough for the optimizer of a network of a hundred thousand tensors; a hostile file may ask for anything. */
export const LARGEST_PICKLE = 64 * 2 ** 20;

const MARK = Symbol('mark');
type Slot = PickleValue | typeof MARK;

/** What an opcode does. */
type Operation = (machine: Machine) => void;

/** Where a pickle is, and what it may claim. */
export interface PickleLimits {
  readonly start?: number;
  /** Bytes of it that are read: data lie in a pickle themselves, weights beside it. */
  readonly largest?: number;
  /** What it builds is counted here; several pickles of one file share it. */
  readonly built?: BuiltMemory;
}

/**
 * Interprets one pickle (protocols 0 to 5) and gives what it builds, with nothing called.
 * @throws UserError for what is damaged, builds more than any checkpoint needs, or names what runs code.
 */
export function readPickle(
  source: ByteSource,
  { start = 0, largest = LARGEST_PICKLE, built = new BuiltMemory(source.name, largest) }: PickleLimits = {},
): { readonly value: PickleValue; readonly end: number } {
  const size = Math.min(source.size - start, largest);
  const machine = new Machine(source.name, new PickleReader(source.name, source.read(start, size)), built);
  const value = machine.run();
  return { value, end: start + machine.reader.position };
}

class Machine {
  private readonly stack: Slot[] = [];
  private readonly memo = new Map<number, PickleValue>();
  private result: PickleValue | undefined;

  constructor(
    private readonly file: string,
    readonly reader: PickleReader,
    private readonly built: BuiltMemory,
  ) {}

  run(): PickleValue {
    while (this.result === undefined) {
      const code = this.reader.byte();
      const operation = OPERATIONS.get(code);
      if (!operation)
        throw new UserError(`${this.file} is damaged: its pickle has an unknown instruction (${code}).`);
      operation(this);
    }
    return this.result;
  }

  damaged(): UserError {
    return new UserError(
      `${this.file} is damaged: its pickle does not fit together. Copy or save the file again.`,
    );
  }

  /** What is on the stack already, once more. */
  again(value: PickleValue): void {
    this.built.slot();
    this.stack.push(value);
  }

  push(value: PickleValue): void {
    this.built.value(value);
    this.stack.push(value);
  }

  mark(): void {
    this.built.slot();
    this.stack.push(MARK);
  }

  pop(): PickleValue {
    const value = this.stack.pop();
    if (value === undefined || value === MARK) throw this.damaged();
    return value;
  }

  /** What stands on top, or a mark, goes. */
  drop(): void {
    if (this.stack.length === 0) throw this.damaged();
    this.stack.pop();
  }

  top(): PickleValue {
    const value = this.stack[this.stack.length - 1];
    if (value === undefined || value === MARK) throw this.damaged();
    return value;
  }

  /** Everything above the last mark, which goes too. */
  aboveMark(): PickleValue[] {
    const at = this.stack.lastIndexOf(MARK);
    if (at < 0) throw this.damaged();
    const values = this.stack.splice(at);
    return values.slice(1) as PickleValue[];
  }

  popText(): string {
    const value = this.pop();
    if (typeof value !== 'string') throw this.damaged();
    return value;
  }

  items(): PickleValue[] {
    const value = this.pop();
    if (!(value instanceof PickleList)) throw this.damaged();
    return value.items;
  }

  put(index: number): void {
    this.built.memo();
    this.memo.set(index, this.top());
  }

  memoize(): void {
    this.put(this.memo.size);
  }

  get(index: number): void {
    const value = this.memo.get(index);
    if (value === undefined) throw this.damaged();
    this.again(value);
  }

  named(module: string, name: string): PickleName {
    const full = `${module}.${name}`;
    refuseDangerous(full, this.file);
    return new PickleName(full);
  }

  /** A call that does not take place. */
  called(callee: PickleValue, given: readonly PickleValue[]): PickleObject {
    if (callee instanceof PickleName) return new PickleObject(callee.name, given);
    return new PickleObject(callee instanceof PickleObject ? `result of ${callee.of}` : 'a value', given);
  }

  append(values: readonly PickleValue[]): void {
    const target = this.top();
    if (!(target instanceof PickleList || target instanceof PickleObject)) throw this.damaged();
    for (const value of values) {
      this.built.slot();
      target.items.push(value);
    }
  }

  set(pairs: readonly PickleValue[]): void {
    const target = this.top();
    if (!(target instanceof PickleDict || target instanceof PickleObject) || pairs.length % 2)
      throw this.damaged();
    for (let i = 0; i < pairs.length; i += 2) {
      this.built.entry();
      target.entries.push([pairs[i], pairs[i + 1]]);
    }
  }

  build(): void {
    const state = this.pop();
    const target = this.top();
    if (target instanceof PickleObject) target.state = state;
  }

  stop(): void {
    this.result = this.pop();
  }

  refuse(what: string): never {
    throw new UserError(`${this.file} uses ${what} in its pickle, which no checkpoint needs.`);
  }
}

const tuple =
  (count: number): Operation =>
  (m) => {
    const items = Array.from({ length: count }, () => m.pop()).reverse();
    m.push(new PickleList(items));
  };

const pair = (m: Machine): readonly PickleValue[] => {
  const value = m.pop();
  return [m.pop(), value];
};

/** What a function or a class would have been given. */
const call: Operation = (m) => {
  const given = m.items();
  m.push(m.called(m.pop(), given));
};

const BY_LETTER: readonly (readonly [letter: string, operation: Operation])[] = [
  // Numbers and text
  ['N', (m) => m.push(null)],
  ['\x88', (m) => m.push(true)],
  ['\x89', (m) => m.push(false)],
  ['I', (m) => m.push(m.reader.integerLine())],
  ['L', (m) => m.push(m.reader.integerLine())],
  ['F', (m) => m.push(m.reader.floatLine())],
  ['J', (m) => m.push(m.reader.int32())],
  ['K', (m) => m.push(m.reader.byte())],
  ['M', (m) => m.push(m.reader.uint16())],
  ['G', (m) => m.push(m.reader.float64())],
  ['\x8a', (m) => m.push(m.reader.long(m.reader.byte()))],
  ['\x8b', (m) => m.push(m.reader.long(m.reader.uint32()))],
  ['S', (m) => m.push(m.reader.quotedLine())],
  ['V', (m) => m.push(m.reader.line())],
  ['U', (m) => m.push(m.reader.latin1(m.reader.byte()))],
  ['T', (m) => m.push(m.reader.latin1(m.reader.uint32()))],
  ['\x8c', (m) => m.push(m.reader.text(m.reader.byte()))],
  ['X', (m) => m.push(m.reader.text(m.reader.uint32()))],
  ['\x8d', (m) => m.push(m.reader.text(m.reader.uint64()))],
  ['C', (m) => m.push(m.reader.bytes(m.reader.byte()))],
  ['B', (m) => m.push(m.reader.bytes(m.reader.uint32()))],
  ['\x8e', (m) => m.push(m.reader.bytes(m.reader.uint64()))],
  ['\x96', (m) => m.push(m.reader.bytes(m.reader.uint64()))],
  // Containers
  ['(', (m) => m.mark()],
  ['0', (m) => m.drop()],
  ['1', (m) => void m.aboveMark()],
  ['2', (m) => m.again(m.top())],
  [')', tuple(0)],
  ['\x85', tuple(1)],
  ['\x86', tuple(2)],
  ['\x87', tuple(3)],
  ['t', (m) => m.push(new PickleList(m.aboveMark()))],
  [']', (m) => m.push(new PickleList())],
  ['l', (m) => m.push(new PickleList(m.aboveMark()))],
  ['\x8f', (m) => m.push(new PickleList())],
  ['\x91', (m) => m.push(new PickleList(m.aboveMark()))],
  ['a', (m) => m.append([m.pop()])],
  ['e', (m) => m.append(m.aboveMark())],
  ['\x90', (m) => m.append(m.aboveMark())],
  ['}', (m) => m.push(new PickleDict())],
  [
    'd',
    (m) => {
      const pairs = m.aboveMark();
      m.push(new PickleDict());
      m.set(pairs);
    },
  ],
  ['s', (m) => m.set(pair(m))],
  ['u', (m) => m.set(m.aboveMark())],
  // The memo
  ['p', (m) => m.put(m.reader.integerLine())],
  ['q', (m) => m.put(m.reader.byte())],
  ['r', (m) => m.put(m.reader.uint32())],
  ['\x94', (m) => m.memoize()],
  ['g', (m) => m.get(m.reader.integerLine())],
  ['h', (m) => m.get(m.reader.byte())],
  ['j', (m) => m.get(m.reader.uint32())],
  // Objects, none of which is made
  ['c', (m) => m.push(m.named(m.reader.line(), m.reader.line()))],
  [
    '\x93',
    (m) => {
      const name = m.popText();
      m.push(m.named(m.popText(), name));
    },
  ],
  ['R', call],
  ['\x81', call],
  [
    '\x92',
    (m) => {
      const keywords = m.pop();
      const given = m.items();
      m.push(m.called(m.pop(), [...given, keywords]));
    },
  ],
  [
    'i',
    (m) => {
      const callee = m.named(m.reader.line(), m.reader.line());
      m.push(m.called(callee, m.aboveMark()));
    },
  ],
  [
    'o',
    (m) => {
      const [callee, ...given] = m.aboveMark();
      if (callee === undefined) throw m.damaged();
      m.push(m.called(callee, given));
    },
  ],
  ['b', (m) => m.build()],
  ['P', (m) => m.push(new PersistentId(m.reader.line()))],
  ['Q', (m) => m.push(new PersistentId(m.pop()))],
  // The pickle itself
  ['\x80', (m) => void m.reader.byte()],
  ['\x95', (m) => void m.reader.uint64()],
  ['.', (m) => m.stop()],
  ['\x82', (m) => m.refuse('an extension code')],
  ['\x83', (m) => m.refuse('an extension code')],
  ['\x84', (m) => m.refuse('an extension code')],
  ['\x97', (m) => m.refuse('a buffer of another process')],
  ['\x98', (m) => m.refuse('a buffer of another process')],
];

const OPERATIONS: ReadonlyMap<number, Operation> = new Map(
  BY_LETTER.map(([letter, operation]) => [letter.charCodeAt(0), operation]),
);

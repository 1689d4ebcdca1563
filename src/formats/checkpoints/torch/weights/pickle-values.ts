// What a pickle builds here: nothing of it has been called.

/** A class or function that a pickle names. */
export class PickleName {
  /** @param name with its module, `collections.OrderedDict`. */
  constructor(readonly name: string) {}
}

/** What a pickle would have made by calling a class or function; nothing is called. */
export class PickleObject {
  /** What `__setstate__` or `__dict__` would have been given. */
  state: PickleValue | undefined;
  /** What would have been appended to it. */
  readonly items: PickleValue[] = [];
  /** What would have been set in it by key. */
  readonly entries: [key: PickleValue, value: PickleValue][] = [];

  constructor(
    readonly of: string,
    readonly arguments_: readonly PickleValue[],
  ) {}
}

/** A mapping; keys are any values. */
export class PickleDict {
  readonly entries: [key: PickleValue, value: PickleValue][] = [];
}

/** A list, a set or a tuple. */
export class PickleList {
  constructor(readonly items: PickleValue[] = []) {}
}

/** What lies outside of the pickle: PyTorch's storages. */
export class PersistentId {
  constructor(readonly id: PickleValue) {}
}

export type PickleValue =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | PickleName
  | PickleObject
  | PickleDict
  | PickleList
  | PersistentId;

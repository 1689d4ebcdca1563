/** The part of WebAssembly that is needed here; Node's types have none of it. */
interface Runtime {
  instantiate(bytes: Uint8Array, imports: object): Promise<{ instance: { exports: Exports } }>;
}

type Exports = Readonly<Record<string, unknown>> & { readonly memory?: Memory };

interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

const PAGE_BYTES = 65_536;

/** The memory that a library in WebAssembly lives in. */
export class BoundedMemory {
  private most = Infinity;
  private wasRefused = false;

  /** Has the library asked for more since the limit was set? */
  get isShort(): boolean {
    return this.wasRefused;
  }

  /** From now on it grows to at most this many bytes; it never shrinks. */
  limit(bytes: number): void {
    this.most = bytes;
    this.wasRefused = false;
  }

  /** Beyond the limit the library is told that there is no more, and gives up what it was doing. */
  bind(memory: Memory): void {
    const grow = memory.grow.bind(memory);
    memory.grow = (pages) => {
      if (memory.buffer.byteLength + pages * PAGE_BYTES <= this.most) return grow(pages);
      this.wasRefused = true;
      throw new RangeError('The limit of this memory is reached.');
    };
  }
}

/**
 * Makes an instance of a library whose factory gives its memory to nobody, and a hold on that memory: it is read off the one
 * call of WebAssembly that makes it.
 * @param name of a function that the library exports, by which its instance is known.
 */
export async function boundedMemory<Made>(
  name: string,
  make: () => Promise<Made>,
): Promise<{ readonly made: Made; readonly memory: BoundedMemory }> {
  const { WebAssembly: runtime } = globalThis as unknown as { readonly WebAssembly: Runtime };
  const { instantiate } = runtime;
  const memory = new BoundedMemory();
  const watched: Runtime['instantiate'] = async (bytes, imports) => {
    const result = await instantiate(bytes, imports);
    const { exports } = result.instance;
    if (name in exports && exports.memory) memory.bind(exports.memory);
    return result;
  };
  runtime.instantiate = watched;
  try {
    return { made: await make(), memory };
  } finally {
    if (runtime.instantiate === watched) runtime.instantiate = instantiate;
  }
}

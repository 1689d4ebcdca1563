import type { ready } from 'h5wasm';
import { boundedMemory } from './bounded-memory';
import type { ByteSource } from './source';

/** h5wasm's low level: HDF5's functions, called with numbers and pointers. */
export type Hdf5Module = Awaited<typeof ready>;

/** The part of Emscripten's file system that is needed to show HDF5 a file of our own. */
interface FileSystem {
  lookupPath(path: string): { node: object };
  createNode(parent: object, name: string, mode: number, device: number): FileNode;
  destroyNode(node: FileNode): void;
  getStream(descriptor: number): { tty?: { ops: object } } | null;
}

interface FileNode {
  size: number;
  node_ops: object;
  stream_ops: object;
}

interface OpenStream {
  position: number;
}

/** An instance of the HDF5 library with its file system. */
export interface Hdf5Library {
  readonly module: Hdf5Module;
  /** Puts a source into the library's file system; returns its path there and how to take it out again. */
  mount(source: ByteSource): { path: string; unmount(): void };
  /** Has the library asked for more memory than the source that is mounted may take? */
  isOutOfMemory(): boolean;
  /** To be called when a call has thrown: what comes next gets a new instance, for this one is in pieces. */
  abandon(): void;
}

/**
 * What the library may take for a file: blocks of rows, chunks as they are unpacked and its own tables, all of which a sound
 * file fills with bytes of its own; a damaged one may ask for anything.
 */
const BASE_MEMORY = 256 * 2 ** 20;
const MEMORY_PER_BYTE = 4;

let current: Promise<Hdf5Library> | undefined;

/** The HDF5 library (WebAssembly inside a JavaScript file of 4 MB), loaded at its first use. */
export function loadHdf5(): Promise<Hdf5Library> {
  return (current ??= load());
}

async function load(): Promise<Hdf5Library> {
  // The factory instead of the package's one shared instance, because an error thrown across the library's frames leaks
  // its stack and its handles: after some damaged files it would find a sound one damaged. And the browser's build,
  // because its file system is in memory only, so that links in a hostile file lead nowhere, and takes files of our own
  // making, so that a member of a zip archive is read in place.
  const { default: create } = await import('../../../node_modules/h5wasm/dist/esm/hdf5_util.js');
  const { made: module, memory } = await boundedMemory('H5Fopen', () =>
    create({ noInitialRun: true, print: () => {}, printErr: () => {} }),
  );
  const files = module.FS as unknown as FileSystem;
  // HDF5 prints its whole error stack for every damaged file; the person gets one sentence from us instead.
  const stderr = files.getStream(2);
  if (stderr?.tty) stderr.tty.ops = { put_char: () => {}, fsync: () => {} };
  let count = 0;
  return {
    module,
    mount(source) {
      const name = `source-${++count}`;
      memory.limit(BASE_MEMORY + MEMORY_PER_BYTE * source.size);
      const node = files.createNode(files.lookupPath('/').node, name, 0o100444, 0);
      Object.assign(node, operations(source, node, count));
      return { path: `/${name}`, unmount: () => files.destroyNode(node) };
    },
    isOutOfMemory: () => memory.isShort,
    abandon() {
      current = undefined;
    },
  };
}

type ReadArguments = [_: OpenStream, buffer: Uint8Array, offset: number, length: number, position: number];

function operations(source: ByteSource, node: FileNode, number: number): FileNode {
  const time = new Date(0);
  return {
    size: source.size,
    node_ops: {
      // HDF5 takes two files of one inode for the same file.
      getattr: () => ({
        ...{ dev: 1, ino: number, mode: 0o100444, nlink: 1, uid: 0, gid: 0, rdev: 0, size: node.size },
        ...{ atime: time, mtime: time, ctime: time, blksize: 4096, blocks: Math.ceil(node.size / 4096) },
      }),
    },
    stream_ops: {
      read: (...[, buffer, offset, length, position]: ReadArguments) =>
        position >= source.size ? 0 : source.readInto(buffer.subarray(offset, offset + length), position),
      llseek: (stream: OpenStream, offset: number, whence: number) =>
        offset + (whence === 1 ? stream.position : whence === 2 ? source.size : 0),
    },
  };
}

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Tf } from './tf';

/** A copy of TensorFlow.js with one of its backends ready. */
export interface Library {
  readonly tf: Tf;
  readonly versions: Readonly<Record<string, string>>;
}

const here = path.dirname(fileURLToPath(import.meta.url));

/** Plain JavaScript: runs everywhere, slowly. */
export async function loadCpu(): Promise<Library> {
  const tf = await loadCore();
  const { version_cpu } = await import('@tensorflow/tfjs-backend-cpu');
  await makeReady(tf, 'cpu');
  return {
    tf,
    versions: { '@tensorflow/tfjs-core': tf.version_core, '@tensorflow/tfjs-backend-cpu': version_cpu },
  };
}

/** WebAssembly with SIMD on one thread (its threads do not work under Node). */
export async function loadWasm(): Promise<Library> {
  const tf = await loadCore();
  const { setWasmPaths, version_wasm } = await import('@tensorflow/tfjs-backend-wasm');
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  setWasmPaths(wasmFolder());
  await makeReady(tf, 'wasm');
  return {
    tf,
    versions: { '@tensorflow/tfjs-core': tf.version_core, '@tensorflow/tfjs-backend-wasm': version_wasm },
  };
}

async function loadCore(): Promise<Tf> {
  const tf = await import('@tensorflow/tfjs-core');
  // Keeps the library from recommending others on the console.
  tf.env().set('PROD', true);
  return tf;
}

async function makeReady(tf: Tf, backend: string): Promise<void> {
  if (!(await tf.setBackend(backend)))
    throw new Error(`TensorFlow.js could not start its ${backend} backend`);
}

/** The binaries lie beside the bundle, or in their package when run from sources. */
function wasmFolder(): string {
  if (existsSync(path.join(here, 'tfjs-backend-wasm-simd.wasm'))) return `${here}${path.sep}`;
  const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
  return `${path.dirname(entry)}${path.sep}`;
}

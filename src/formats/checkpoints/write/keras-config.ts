import type { KerasCheckpoint } from '../keras/description';

/** The version of Keras whose files this code was compared with. */
export const KERAS_VERSION = '3.15.1';

const isOfKeras3 = ({ format, kerasVersion }: KerasCheckpoint) =>
  format === 'keras' && (kerasVersion ?? '').startsWith('3');

/** The version to name in the file: the checkpoint's own where it is Keras 3's. */
export function writtenVersion(checkpoint: KerasCheckpoint): string {
  return (isOfKeras3(checkpoint) && checkpoint.kerasVersion) || KERAS_VERSION;
}

export function keras3Config(checkpoint: KerasCheckpoint): unknown {
  return checkpoint.config;
}

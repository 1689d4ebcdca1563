import { type ArrayHeader, arrayHeaders } from '../../formats/datasets/headers';
import type { DataHeaders } from '../../contract/engine-protocol';

/** What data files hold, by their headers alone. One that cannot be read has no arrays: it is no candidate. */
export async function headers({ files }: { files: readonly string[] }): Promise<DataHeaders[]> {
  return files.map((file) => {
    let arrays: ArrayHeader[] = [];
    try {
      arrays = arrayHeaders(file);
    } catch {
      // It is told when somebody chooses it.
    }
    return { file, arrays };
  });
}

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type FileMark, isAsWritten, writeOwn } from '../../settings/atomic-write';

/** What has become of a file that a run wrote. */
export interface Loss {
  readonly name: string;
  readonly what: 'missing' | 'changed';
}

interface Known {
  readonly sha256: string;
  /** Of a file that this process wrote. */
  readonly mark?: FileMark;
}

/** The checkpoints that a run has written into its folder, and whether they are still what it wrote. */
export class OwnFiles {
  private readonly known: Map<string, Known>;

  /** @param hashes of the files that earlier processes of the run wrote. */
  constructor(
    private readonly folder: string,
    hashes: Readonly<Record<string, string>> = {},
  ) {
    this.known = new Map(Object.entries(hashes).map(([name, sha256]) => [name, { sha256 }]));
  }

  get hashes(): Record<string, string> {
    return Object.fromEntries([...this.known].map(([name, { sha256 }]) => [name, sha256]));
  }

  async write(name: string, bytes: Uint8Array): Promise<void> {
    const mark = await writeOwn(join(this.folder, name), bytes);
    this.known.set(name, { sha256: createHash('sha256').update(bytes).digest('hex'), mark });
  }

  /** Which are gone or changed, by their contents where this process did not write them; they are this run's no more. */
  async takeLost(): Promise<Loss[]> {
    const lost: Loss[] = [];
    for (const [name, { sha256, mark }] of this.known) {
      const file = join(this.folder, name);
      const status = await lstat(file).catch(() => undefined);
      const same = mark
        ? await isAsWritten(file, mark)
        : status?.isFile() === true && (await hashOf(file)) === sha256;
      if (!same) lost.push({ name, what: status ? 'changed' : 'missing' });
      else if (!mark && status) this.known.set(name, { sha256, mark: status });
    }
    for (const { name } of lost) this.known.delete(name);
    return lost;
  }
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/** `epoch-003.keras is missing` and how many others are, in words. */
export function lossText(lost: readonly Loss[]): string {
  const [{ name, what }] = lost;
  const rest = lost.length - 1;
  const others = rest === 0 ? '' : ` and so ${rest === 1 ? 'is another file' : `are ${rest} other files`}`;
  return `${name} ${what === 'missing' ? 'is missing' : 'is not what the run wrote'}${others}`;
}

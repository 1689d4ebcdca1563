/**
 * Writes the checkpoints of test/support/written-cases.ts into a folder, with `cases.json` saying what is to be computed:
 * `node --import tsx test/corpus/make/written.ts FOLDER`, and then `python written.py FOLDER test/corpus/written.json`.
 */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WRITTEN_CASES, written } from '../../support/written-cases';

export async function writeCases(folder: string): Promise<void> {
  const cases = [];
  for (const tested of WRITTEN_CASES) {
    const { bytes, inputs } = await written(tested);
    const file = `${tested.name.replaceAll('/', '-')}.keras`;
    writeFileSync(join(folder, file), bytes);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    cases.push({ name: tested.name, file, sha256, inputs });
  }
  writeFileSync(join(folder, 'cases.json'), JSON.stringify(cases));
}

if (require.main === module) void writeCases(process.argv[2]);

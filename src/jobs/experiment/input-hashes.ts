import { hashOfData } from '../../formats/datasets/dataset';
import { openCheckpoint } from '../../formats/checkpoints/open';
import type { RunFile } from '../../contract/run-file';

/** Hashes of what runs read. Each file is read once: an experiment's runs share them. */
export class InputHashes {
  private readonly known = new Map<string, Promise<string>>();

  constructor(private readonly signal: AbortSignal) {}

  /** Of a run's data and of the file that it starts from, which is empty for a network described in the run. */
  async of({
    data,
    model,
    sampleWeights,
  }: RunFile): Promise<{ readonly data: string; readonly model: string }> {
    return {
      // With the rows' weights where they lie in a file of their own: what an analysis reads, and says that it read.
      data: await this.once(`${data}\n${String(sampleWeights ?? '')}`, () =>
        hashOfData(data, { sampleWeights, signal: this.signal }),
      ),
      model:
        typeof model === 'string'
          ? await this.once(model, async () => (await openCheckpoint(model, this.signal)).sha256)
          : '',
    };
  }

  private once(file: string, hash: () => Promise<string>): Promise<string> {
    const known = this.known.get(file) ?? hash();
    this.known.set(file, known);
    return known;
  }
}

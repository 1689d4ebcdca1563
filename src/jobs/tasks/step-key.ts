import type { SurfaceTask } from '../../contract/surface-step';
import { hashOfData } from '../../formats/datasets/dataset';
import { settingsOf } from '../../settings/fingerprint';
import { resultKey } from '../../settings/result-key';
import { hash } from '../describe/hash';
import { subjectsOf } from '../surface/subjects';

/** Names steps of pictures by what decides them, files by their contents as they lie there; reads each once. */
export class StepKeys {
  private readonly known = new Map<string, Promise<string>>();

  constructor(private readonly signal: AbortSignal) {}

  /** @throws UserError where a file cannot be read. */
  async of({ surface, step }: SurfaceTask): Promise<string> {
    const { checkpoints, settings, choices, title } = surface;
    const { data, model, sampleWeights } = settings;
    const { signal } = this;
    const subjects = subjectsOf(checkpoints, choices.plane);
    const paths = step.kind === 'whole' ? checkpoints : subjects[step.picture];
    const hashes: string[] = [];
    for (const path of paths)
      hashes.push(await this.once(path, async () => (await hash({ path, model }, { signal })).sha256));
    const { picture: _, ...what } = { picture: 0, ...step };
    return resultKey(
      'step of pictures',
      what,
      { hashes, data: await this.once(data, () => hashOfData(data, { sampleWeights, signal })) },
      settingsOf({ ...settings, checkpoint: '' }),
      choices,
      // A whole picture says where its files lie.
      ...(step.kind === 'whole' ? [{ checkpoints, data, title }] : []),
    );
  }

  private once(file: string, read: () => Promise<string>): Promise<string> {
    const known = this.known.get(file) ?? read();
    this.known.set(file, known);
    return known;
  }
}

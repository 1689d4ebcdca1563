import { type ExperimentFile, experimentFileSchema } from '../contract/experiment';
import { readChecked } from './read-file';

/** Reads an experiment file; the paths in its `run` stay relative to it. Throws as `readChecked`. */
export function readExperimentFile(file: string): Promise<ExperimentFile> {
  return readChecked(file, experimentFileSchema);
}

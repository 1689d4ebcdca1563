import { createHash } from 'node:crypto';
import { identityOf } from '../core/identity';
import { VERSION } from '../core/version';
import type { AnalyzeRequest, InterpolateRequest } from '../contract/settings';
import { settingsOf } from './fingerprint';

/**
 * The key of a result: its kind and all that decides it, and the version that computed it, since what another version
 * found may differ where that was mended.
 */
export const resultKey = (kind: string, ...dependsOn: readonly unknown[]): string =>
  createHash('sha256')
    .update(identityOf([VERSION, kind, ...dependsOn]))
    .digest('hex');

/** Hashes of the files that decide a report. */
export interface ReportInputs {
  readonly checkpoint: string;
  /** The second checkpoint of an interpolation. */
  readonly other?: string | undefined;
  readonly data: string;
}

/** The key of a report: the contents of its files, wherever they lie, and the settings. */
export const reportKey = (inputs: ReportInputs, request: AnalyzeRequest | InterpolateRequest): string =>
  resultKey('other' in request ? 'interpolation' : 'analysis', inputs, settingsOf(request));

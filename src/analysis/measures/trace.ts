import { traceErrorOverRows } from '../spectrum/trace-over-rows';
import type { Measure } from '../../contract/report';
import { EXACT_FOR_ROWS } from '../../contract/vocabulary';
import type { MeasureDefinition } from './measure';

/** The trace as the analysis found it, as it stands, a parameter, and in units of the largest eigenvalue. */
export const trace: MeasureDefinition = {
  ids: ['trace', 'trace-per-parameter', 'trace-over-lambda-max'],
  work: () => 0,
  async run({ spectrum, spectrumOf, origin, seed, along }) {
    const { trace: found, largest } = spectrum;
    if (!found)
      return {
        measures: [],
        notes: [
          'The trace was not measured, so trace, trace-per-parameter and trace-over-lambda-max are left out.',
        ],
      };
    const exact = found.probes === 0;
    const overRows = exact
      ? await traceErrorOverRows((vector) => along(spectrumOf, vector), origin.theta.length, seed)
      : null;
    const settings = {
      operator: spectrumOf,
      probes: found.probes,
      error: exact ? (overRows === null ? EXACT_FOR_ROWS : 'over rows') : 'over probes',
    };
    const scaled = (id: string, factor: number, note: string): Measure => ({
      id,
      value: factor * found.value,
      standardError: scaledError(exact ? overRows : found.standardError, factor),
      settings,
      invariant: false,
      note,
    });
    const how = exact
      ? 'from every eigenvalue'
      : 'on the Krylov space exactly, beside it by Rademacher probes';
    const top = largest[0]?.value;
    return {
      measures: [
        scaled('trace', 1, `Sum of all eigenvalues, ${how} (Hutchinson 1990).`),
        scaled('trace-per-parameter', 1 / origin.theta.length, 'tr(H)/d, the mean eigenvalue.'),
        ...(top
          ? [
              scaled(
                'trace-over-lambda-max',
                1 / top,
                'tr(H)/λmax, the effective rank; λmax held fixed in the error.',
              ),
            ]
          : []),
      ],
    };
  },
};

const scaledError = (error: number | null, factor: number): number | null =>
  error === null ? null : Math.abs(factor) * error;

import { shiftedOverRows } from './without-bar';
import type { MeasureDefinition } from './measure';
import { positive, spectralShape, withoutDensity } from './spectral-shape';

/** Where the curve is drawn, and where its value is taken. */
const CURVE = [1e-4, 1e-3, 1e-2, 1e-1, 1, 10] as const;
const Z = 1e-2;

/**
 * N_eff(z) = sum lambda+ / (lambda+ + z) over the positive eigenvalues, for the mean loss (MacKay 1992; Maddox et al.
 * 2020, where z is the prior's precision over the number of rows). Over negative eigenvalues it would have poles.
 */
export const effectiveDimensionality: MeasureDefinition = {
  ids: ['effective-dimensionality'],
  withoutBar: shiftedOverRows,
  work: () => 0,
  async run(context) {
    const shape = spectralShape(context);
    if (!shape) return { measures: [], notes: [withoutDensity('effective-dimensionality')] };
    const { measure, dimension, errorOf } = shape;
    const share = (z: number) => (x: number) => positive(x) / (positive(x) + z);
    const at = (z: number) => dimension * measure.average(share(z)).value;
    const { standardError, settings } = await errorOf(
      (x) => dimension * share(Z)(x),
      (x) => (x > 0 ? (dimension * Z) / (x + Z) ** 2 : 0),
    );
    return {
      measures: [
        {
          id: 'effective-dimensionality',
          value: at(Z),
          standardError,
          settings: { ...settings, z: Z, curve: CURVE.map((z) => [z, at(z)]) },
          invariant: false,
          note: `Σ λ+/(λ+ + z) at z = ${Z} of the mean loss; the curve over z is in the settings (MacKay 1992; Maddox et al. 2020).`,
        },
      ],
    };
  },
};

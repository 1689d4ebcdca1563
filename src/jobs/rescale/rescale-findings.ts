import { type Figure, knownError, measuresOf } from '../../wording/comparison-figures';
import { formatNumber, powerOfTen } from '../../wording/format-number';
import { measureLabel } from '../../wording/measure-names';
import type { Report } from '../../contract/report';

/** What rounding may do to a figure that does not move, as a power of ten of it. */
const STAYED = -5;

interface Moved {
  readonly id: string;
  readonly from: Figure;
  readonly to: Figure;
}

const change = ({ from, to }: Moved) =>
  Math.abs(to.value - from.value) / Math.max(Math.abs(from.value), Math.abs(to.value), 1e-300);

/**
 * A change that what is known of both values' errors together could make. An eigenvalue's without a bar is numeric alone: what
 * other rows would give moves nothing where the rows are the same.
 */
function isWithinError({ from, to }: Moved): boolean {
  const [before, after] = [from, to].map((figure) => figure.errorBound ?? knownError(figure));
  const error = Math.hypot(before, after);
  return error > 0 && Math.abs(to.value - from.value) <= 2 * error;
}

/**
 * What became of the measures of a network when its layers were rescaled without changing the function, in sentences:
 * those that moved, the furthest first, those that stayed, and those between. Draws and rows are the same on both sides.
 */
export function rescaleFindings(saved: Report, rescaled: Report): string[] {
  const after = measuresOf(rescaled);
  const both = [...measuresOf(saved)].flatMap(([id, from]): Moved[] => {
    const to = after.get(id);
    // Bounds that have not converged say nothing of how far the number itself has moved.
    const known = to && from.converged !== false && to.converged !== false;
    return known ? [{ id, from, to }] : [];
  });
  const stayed = both.filter((each) => change(each) <= 10 ** STAYED);
  const within = both.filter((each) => change(each) > 10 ** STAYED && isWithinError(each));
  const moved = both.filter((each) => change(each) > 10 ** STAYED && !isWithinError(each));
  const unexpected = moved.filter(({ from }) => from.invariant);
  const names = (some: readonly Moved[]) => some.map(({ id }) => measureLabel(id)).join('; ');
  return [
    ...(moved.length > 0
      ? [
          `Moved, though the function is the same: ${moved
            .sort((a, b) => size(b) - size(a))
            .map(moveText)
            .join('; ')}.`,
        ]
      : []),
    ...(stayed.length > 0 ? [`Stayed to ${powerOfTen(STAYED)} of their value: ${names(stayed)}.`] : []),
    ...(within.length > 0
      ? [`Moved by less than twice their errors: ${within.map(moveText).join('; ')}.`]
      : []),
    ...(unexpected.length > 0
      ? [`Called invariant, and yet moved by more than their errors: ${names(unexpected)}.`]
      : []),
  ];
}

/** How far it moved, as a ratio of at least 1. */
function size({ from, to }: Moved): number {
  const ratio = Math.abs(to.value / from.value);
  return Number.isFinite(ratio) ? Math.max(ratio, 1 / ratio) : Infinity;
}

function moveText({ id, from, to }: Moved): string {
  const digits = change({ id, from, to }) < 0.01 ? 6 : 3;
  return `${measureLabel(id)} from ${formatNumber(from.value, digits)} to ${formatNumber(to.value, digits)}`;
}

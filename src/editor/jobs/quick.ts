import { settingsText } from '../../settings/fingerprint';
import { formatSeconds } from '../../wording/format-number';
import type { AnyRequest } from '../store/report-store';

/** Rows of first figures. Fixed by the network's size: how busy a machine is decides no figure. */
const QUICK_ROWS = 512;
const LARGE_ROWS = 64;
const LARGE = 1_000_000;

/** A request for first figures in place of all that was asked for: few rows, and no part that takes work of its own. */
export function quickOf(request: AnyRequest, parameters: number): AnyRequest {
  return {
    ...request,
    ...fewer(request, parameters > LARGE ? LARGE_ROWS : QUICK_ROWS),
    bottom: 0,
    layers: request.layers === 'full' ? 'trace' : request.layers,
    operators: false,
    measures: false,
    exact: false,
  };
}

/** Where no count is asked for the limit is one, too: there may be fewer rows. */
function fewer({ samples, defaultRows = Infinity }: AnyRequest, most: number): Partial<AnyRequest> {
  if (samples === undefined) return { defaultRows: Math.min(defaultRows, most) };
  if (typeof samples === 'number') return { samples: Math.min(samples, most) };
  return { samples: `first:${Math.min(Number(samples.slice('first:'.length)), most)}` };
}

/** The first figures of a request, for either size of network. */
export const quickForms = (request: AnyRequest): AnyRequest[] =>
  [1, LARGE + 1].map((parameters) => quickOf(request, parameters));

/** Is `request` what stands in for `whole` at first? */
export function isQuickOf(request: AnyRequest, whole: AnyRequest): boolean {
  if (settingsText(whole) === settingsText(request)) return false;
  return quickForms(whole).some((quick) => settingsText(quick) === settingsText(request));
}

/** What stands with first figures: what they lack, and how long the whole takes where that is known. */
export function restText(whole: AnyRequest, seconds?: number): string {
  const lacking = [
    'the other rows',
    ...(whole.layers === 'full' ? ['eigenvalues per tensor'] : []),
    ...(whole.operators ? ['the other matrices'] : []),
    ...(whole.measures === false ? [] : ['measures']),
    ...(whole.bottom > 0 ? ['the smallest eigenvalues'] : []),
  ];
  const time = seconds === undefined ? '' : ` All of it takes about ${formatSeconds(seconds)}.`;
  return `First figures on few rows. Not measured yet: ${lacking.join(', ')}.${time}`;
}

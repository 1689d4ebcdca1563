import {
  ANALYSIS_SETTINGS,
  ANALYSIS_SETTING_NAMES,
  type AnalysisSetting,
  type AnalysisSettingName,
} from '../../contract/analysis-settings';
import { settingsText } from '../../settings/fingerprint';
import { formatSeconds } from '../../wording/format-number';
import type { AnyRequest } from '../store/report-store';
import { LARGE_NETWORK, fewerRows, quickRows } from '../../core/asked-rows';

/** A request for first figures in place of all that was asked for: few rows, and no part that takes work of its own. */
export function quickOf(request: AnyRequest, parameters: number): AnyRequest {
  const cut = Object.fromEntries(ANALYSIS_SETTING_NAMES.map((name) => [name, firstOf(name, request[name])]));
  return { ...request, ...fewerRows(request, quickRows(parameters)), ...cut };
}

/** What first figures have of a setting: what was asked for, or the most that they take. */
function firstOf(name: AnalysisSettingName, asked: unknown): unknown {
  const setting: AnalysisSetting = ANALYSIS_SETTINGS[name];
  const { first } = setting;
  if (first === undefined) return asked;
  // The choices stand in the order of their work.
  if (setting.kind === 'choice')
    return setting.choices.find((choice) => choice === asked || choice === first.most) ?? asked;
  return first.most;
}

/** The first figures of a request, for either size of network. */
export const quickForms = (request: AnyRequest): AnyRequest[] =>
  [1, LARGE_NETWORK + 1].map((parameters) => quickOf(request, parameters));

/** Is `request` what stands in for `whole` at first? */
export function isQuickOf(request: AnyRequest, whole: AnyRequest): boolean {
  if (settingsText(whole) === settingsText(request)) return false;
  return quickForms(whole).some((quick) => settingsText(quick) === settingsText(request));
}

/** What stands with first figures: what they lack, and how long the whole takes where that is known. */
export function restText(whole: AnyRequest, seconds?: number): string {
  const lacking = ANALYSIS_SETTING_NAMES.flatMap((name) => {
    const { first }: AnalysisSetting = ANALYSIS_SETTINGS[name];
    return first && firstOf(name, whole[name]) !== whole[name] ? [first.without] : [];
  });
  const time = seconds === undefined ? '' : ` All of it takes about ${formatSeconds(seconds)}.`;
  return `First figures on few rows. Not measured yet: ${['the other rows', ...lacking].join(', ')}.${time}`;
}

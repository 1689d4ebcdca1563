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

/** What can be measured next of what first figures lack, before all of it. */
export type StepId = 'layers' | 'parts';

/** What each of them has as it was asked for; all of them are on few rows. */
const STEPS: Readonly<Record<StepId, readonly AnalysisSettingName[]>> = {
  layers: ['layers', 'bottom'],
  parts: ANALYSIS_SETTING_NAMES,
};
const STEP_IDS = ['layers', 'parts'] as const satisfies readonly StepId[];

/** A step with how long it takes, where that is known. */
export interface RestStep {
  readonly id: StepId;
  readonly seconds?: number;
}

/** What figures lack of all that was asked for: a sentence, the steps there, and how long all of it takes where that is known. */
export interface Rest {
  readonly text: string;
  readonly steps: readonly RestStep[];
  readonly seconds?: number;
}

/** A request for first figures in place of all that was asked for: few rows, and no part that takes work of its own. */
export const quickOf = (request: AnyRequest, parameters: number): AnyRequest =>
  cutTo(request, parameters, []);

/** The request of a step: few rows, with the parts that it has. */
export const stepOf = (request: AnyRequest, parameters: number, id: StepId): AnyRequest =>
  cutTo(request, parameters, STEPS[id]);

function cutTo(request: AnyRequest, parameters: number, kept: readonly AnalysisSettingName[]): AnyRequest {
  const cut = Object.fromEntries(
    ANALYSIS_SETTING_NAMES.map((name) => [
      name,
      kept.includes(name) ? request[name] : firstOf(name, request[name]),
    ]),
  );
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

/** What may stand for a request before all of it is measured, the most complete first, for either size of network. */
export const quickForms = (request: AnyRequest): AnyRequest[] =>
  [...STEP_IDS]
    .reverse()
    .flatMap((id) => SIZES.map((size) => stepOf(request, size, id)))
    .concat(SIZES.map((size) => quickOf(request, size)));

const SIZES = [1, LARGE_NETWORK + 1];

/** Is `request` what stands in for `whole` at first? */
export function isQuickOf(request: AnyRequest, whole: AnyRequest): boolean {
  if (settingsText(whole) === settingsText(request)) return false;
  return quickForms(whole).some((quick) => settingsText(quick) === settingsText(request));
}

/** The steps between what was measured and the whole: each has something that the one before lacks. */
export function stepsAfter(measured: AnyRequest, whole: AnyRequest, parameters: number): StepId[] {
  const texts = new Set([settingsText(measured), settingsText(whole)]);
  const from = STEP_IDS.findIndex(
    (id) => settingsText(stepOf(whole, parameters, id)) === settingsText(measured),
  );
  return STEP_IDS.slice(from + 1).filter((id) => {
    const text = settingsText(stepOf(whole, parameters, id));
    return texts.size < texts.add(text).size;
  });
}

/** What `measured`, which stands for `whole` so far, lacks of it. */
export function restOf(measured: AnyRequest, whole: AnyRequest, parameters: number, seconds?: number): Rest {
  const lacking = ANALYSIS_SETTING_NAMES.flatMap((name) => {
    const { first }: AnalysisSetting = ANALYSIS_SETTINGS[name];
    return first && measured[name] !== whole[name] ? [first.without] : [];
  });
  const time = seconds === undefined ? '' : ` All of it takes about ${formatSeconds(seconds)}.`;
  return {
    text: `First figures on few rows. Not measured yet: ${['the other rows', ...lacking].join(', ')}.${time}`,
    steps: stepsAfter(measured, whole, parameters).map((id) => ({ id })),
    ...(seconds === undefined ? {} : { seconds }),
  };
}

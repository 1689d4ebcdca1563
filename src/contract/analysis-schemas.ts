import * as z from 'zod';
import {
  ANALYSIS_SETTINGS,
  ANALYSIS_SETTING_NAMES,
  type AnalysisSetting,
  type AnalysisSettingName,
  type AnalysisSettings,
} from './analysis-settings';

type Schemas = { readonly [Name in AnalysisSettingName]: z.ZodType<AnalysisSettings[Name]['default']> };

function schemaOf(setting: AnalysisSetting): z.ZodType {
  switch (setting.kind) {
    case 'count': {
      const { least, most } = setting;
      const atLeast = least === undefined ? z.int() : z.int().min(least);
      return most === undefined ? atLeast : atLeast.max(most);
    }
    case 'flag':
      return z.boolean();
    case 'choice':
      return z.enum(setting.choices);
    case 'some':
      return z.union([z.boolean(), z.array(z.enum(setting.choices))]);
  }
}

const schemas = Object.fromEntries(
  ANALYSIS_SETTING_NAMES.map((name) => [
    name,
    schemaOf(ANALYSIS_SETTINGS[name]).describe(ANALYSIS_SETTINGS[name].description),
  ]),
) as unknown as Schemas;

const { seed, backend, ...measuring } = schemas;

/** What is measured, under the names of the terminal's options; run files have these too. */
export const measuringShape = measuring;

/** Of the whole job. */
export const wholeJobShape = { seed, backend };

/** Every setting of the table, with what holds where it is not given. */
export const chosenShape = Object.fromEntries(
  ANALYSIS_SETTING_NAMES.map((name) => [
    name,
    (schemas[name] as z.ZodType).default(ANALYSIS_SETTINGS[name].default),
  ]),
) as unknown as { readonly [Name in AnalysisSettingName]: z.ZodDefault<Schemas[Name]> };

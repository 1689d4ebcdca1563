import { UserError } from '../core/errors';
import type { Settings } from '../contract/settings';
import { type WatchRequest, watchRequestSchema } from '../contract/watch';
import { type RequestLayer, analyzeRequest, mergeLayers } from './merge';
import { atMost } from '../core/asked-rows';

/** What each checkpoint of a run has measured, whatever the settings of an analysis are: it must be done before the next lands. */
const SMALL: RequestLayer = {
  top: 1,
  bottom: 0,
  layers: 'off',
  operators: false,
  exact: false,
  density: false,
  slices: false,
  picture: false,
  trace: true,
  measures: ['critical-sharpness'],
};

/** Rows at most, where `landscape.json` asks for more of an analysis. */
const MOST_ROWS = 512;

/** What a person chose of the watch itself. */
export type WatchChoices = Partial<Omit<WatchRequest, 'where' | 'settings'>>;

/**
 * What `watch` is asked to do.
 * @param standing settings that hold for the place: what is measured on what. How much of it is measured they do not say here.
 * @param given what was said of this watch, how much included.
 * @throws UserError that names the setting that is not right.
 */
export function watchRequest(
  where: string,
  standing: RequestLayer & Pick<Settings, 'learningRate'>,
  given: RequestLayer,
  choices: WatchChoices,
): WatchRequest {
  const layer = mergeLayers(standing, fewRows(standing), SMALL, given);
  const { checkpoint: _, ...settings } = analyzeRequest(where, layer);
  const chosen = Object.entries({ learningRate: standing.learningRate, ...defined(choices) });
  const parsed = watchRequestSchema.safeParse({ where, settings, ...defined(Object.fromEntries(chosen)) });
  if (parsed.success) return parsed.data;
  const mistakes = parsed.error.issues.map(({ path, message }) => `"${path.join('.')}": ${message}`);
  throw new UserError(`A setting is not right: ${mistakes.join('; ')}.`);
}

const defined = (values: object): object =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

const fewRows = ({ samples }: RequestLayer): RequestLayer =>
  samples === undefined ? {} : { samples: atMost(samples, MOST_ROWS) };

import type { RequestLayer } from '../settings/merge';
import type { AnalyzeRequest, DataChoices } from '../contract/settings';
import { configurationLayer } from './configuration';
import type { AnyRequest } from './store/report-store';

/** Asks for the data of a checkpoint and notes the answer in a `landscape.json`. Undefined when dismissed. */
export type AskForData = (checkpoint: string) => Promise<string | undefined>;

/** What holds for a checkpoint now: the request that would be made, and what its `landscape.json` says. */
export interface Standing {
  readonly current: AnyRequest | undefined;
  readonly explicit: RequestLayer;
}

/** Makes requests from what the folders and the editor's settings say. */
export class RequestBuilder {
  constructor(private readonly askForData: AskForData) {}

  /**
   * The settings that hold for a checkpoint at this moment.
   * @throws UserError when its `landscape.json` has a mistake.
   */
  async standing(checkpoint: string, other?: string): Promise<Standing> {
    // What validates is loaded with the first question, for activation has no need of it.
    const { findSettings } = await import('../settings/find');
    const merge = await import('../settings/merge');
    const explicit: RequestLayer = (await findSettings(checkpoint))?.settings ?? {};
    const layer = merge.mergeLayers(configurationLayer(checkpoint), explicit);
    if (layer.data === undefined) return { current: undefined, explicit };
    const current =
      other === undefined
        ? merge.analyzeRequest(checkpoint, layer)
        : merge.interpolateRequest(checkpoint, other, layer);
    if (other !== undefined) {
      const theirs = (await findSettings(other))?.settings ?? {};
      merge.checkSameInput(explicit, theirs, checkpoint, other);
    }
    return { current, explicit };
  }

  /** The request that a run would make now, or undefined when its data are not known. Throws as `standing`. */
  async current(checkpoint: string, other?: string): Promise<AnyRequest | undefined> {
    return (await this.standing(checkpoint, other)).current;
  }

  /** The request by which a checkpoint would be measured on other data. Throws as `standing`. */
  async withData(
    checkpoint: string,
    data: string,
    choices: DataChoices & Pick<AnalyzeRequest, 'model'> = {},
  ): Promise<AnalyzeRequest> {
    const { findSettings } = await import('../settings/find');
    const { analyzeRequest, mergeLayers } = await import('../settings/merge');
    const explicit: RequestLayer = (await findSettings(checkpoint))?.settings ?? {};
    return analyzeRequest(
      checkpoint,
      mergeLayers(configurationLayer(checkpoint), explicit, { ...choices, data }),
    );
  }

  /** The request for a run, asking for the data the first time. Undefined when that was dismissed. */
  async make(checkpoint: string, other?: string): Promise<AnyRequest | undefined> {
    return (await this.current(checkpoint, other)) ?? this.choose(checkpoint, other);
  }

  /** Asks for the data even if they are known. Undefined when dismissed. */
  async choose(checkpoint: string, other?: string): Promise<AnyRequest | undefined> {
    const chosen = await this.askForData(checkpoint);
    return chosen === undefined ? undefined : this.current(checkpoint, other);
  }
}

import * as z from 'zod';
import { type Sharpness, sharpnessSchema } from '../../../contract/sharpness-map';
import { KeptStore } from '../../../settings/kept-store';
import { type PlacesKey, keyOfPlane } from '../kept-places';

const placesSchema = z.record(z.string(), sharpnessSchema);

/**
 * The sharpness at places of a plane, in a folder where one is given: a map that was stopped goes on from it. A place takes
 * so long that each is written as it is found.
 */
export class KeptSharpness {
  private constructor(
    private readonly store: KeptStore | undefined,
    private readonly key: string,
    private readonly places: Map<string, Sharpness>,
  ) {}

  /** What is damaged counts as absent. */
  static async open(folder: string | undefined, of: PlacesKey): Promise<KeptSharpness> {
    if (folder === undefined) return new KeptSharpness(undefined, '', new Map());
    const store = new KeptStore(folder, '.sharpness.json');
    const key = keyOfPlane('sharpness on a plane', of);
    const known = (await store.read(key, placesSchema)) ?? {};
    return new KeptSharpness(store, key, new Map(Object.entries(known)));
  }

  find(place: string): Sharpness | undefined {
    return this.places.get(place);
  }

  /** @throws UserError where it cannot be written. */
  async keep(place: string, sharpness: Sharpness): Promise<void> {
    this.places.set(place, sharpness);
    await this.store?.write(this.key, Object.fromEntries(this.places));
  }
}

import * as z from 'zod';
import { KeptStore } from '../../settings/kept-store';
import { settingsOf } from '../../settings/fingerprint';
import { resultKey } from '../../settings/result-key';
import { placeOf } from './kept-places';
import { type DrawnPlane, type PlaneSource, planeAround, planeOf } from './planes';
import { base64Of, float64Of } from './vector-text';

const axisSchema = z.object({ label: z.string(), reach: z.number(), theta: z.string() });
const planeSchema = z.tuple([axisSchema, axisSchema]);

/** The largest network whose planes are kept, in parameters: those of a larger one are more than a file of results may be. */
const MOST_PARAMETERS = 2 ** 23;

/**
 * The plane that a picture is asked for. One that takes products to find is kept in a folder where one is given, to the last
 * bit, since places are known by their plane.
 * @throws UserError where there is none.
 */
export async function keptPlaneOf(source: PlaneSource, folder: string | undefined): Promise<DrawnPlane> {
  const { problem, request, choices } = source;
  const { objective, dataset } = problem;
  const takesProducts = choices.plane === 'eigenvectors' || choices.plane === 'gradient';
  if (folder === undefined || !takesProducts || objective.parameters.dimension > MOST_PARAMETERS)
    return planeOf(source);
  const key = resultKey(
    'plane of a picture',
    { origin: placeOf(objective.origin), checkpoint: problem.opened.sha256, data: dataset.sha256 },
    settingsOf({ ...request, checkpoint: '' }),
    [choices.plane, choices.radius],
  );
  const store = new KeptStore(folder, '.plane.json');
  const kept = await store.read(key, planeSchema);
  const read = kept?.map(({ theta, ...axis }) => ({ ...axis, theta: float64Of(theta) }));
  if (read?.every(({ theta }) => theta.length === objective.parameters.dimension))
    return planeAround(objective.origin, [read[0], read[1]]);
  const plane = await planeOf(source);
  const written = plane.axes.map(({ label, to }, i) => ({
    label,
    reach: to,
    theta: base64Of(plane.directions[i].theta),
  }));
  await store.write(key, written);
  return plane;
}

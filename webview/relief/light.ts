import type { View } from './camera';
import type { Place } from './path';

/** Over the viewer's left shoulder, in the viewer's own directions: right, away, up. */
const LIGHT = [-0.45, -0.5, 0.75] as const;

/** Where the light comes from as a picture is turned, as a unit vector of the picture's own. */
export function lightOf({ turn }: Pick<View, 'turn'>): Place {
  const [sin, cos] = [Math.sin(turn), Math.cos(turn)];
  const length = Math.hypot(...LIGHT);
  const [right, away, up] = LIGHT.map((part) => part / length);
  return [cos * right - sin * away, sin * right + cos * away, up];
}

/** How bright the ground is, of what it would be in full light, from its cosine with the light: the shader has the same. */
export const brightness = (cosine: number): number => 0.62 + 0.48 * Math.max(0, cosine);

import type { Place, Spot, Stretch } from './path';

/** Squares of two triangles each, as the shader of marks takes them. */
export interface Marks {
  readonly places: Float32Array;
  readonly others: Float32Array;
  /** Along, across, and half the width in pixels of the page. */
  readonly corners: Float32Array;
  readonly count: number;
}

/** Half a spot's width, in pixels of the page. */
const SPOT = 5.5;

const CORNERS = [
  [-1, -1],
  [1, -1],
  [1, 1],
  [-1, -1],
  [1, 1],
  [-1, 1],
] as const;

/** A ribbon of half a width in pixels of the page along each stretch; every other piece of one that is off the plane is left out. */
export function ribbonsOf(stretches: readonly Stretch[], halfWidth: number): Marks {
  const pieces = stretches.flatMap(({ places, isOff }) =>
    places.slice(1).flatMap((to, i) => (isOff && i % 2 ? [] : [[places[i], to] as const])),
  );
  return squares(
    pieces.flatMap(([from, to]) =>
      CORNERS.map(([along, across]): Corner => {
        const [place, other] = along < 0 ? [from, to] : [to, from];
        // Seen from the other end, what is across turns over.
        return { place, other, corner: [0, along * across, halfWidth] };
      }),
    ),
  );
}

export const spotsOf = (spots: readonly Spot[]): Marks =>
  squares(
    spots.flatMap(({ place }) =>
      CORNERS.map(([along, across]): Corner => ({ place, other: place, corner: [along, across, SPOT] })),
    ),
  );

interface Corner {
  readonly place: Place;
  readonly other: Place;
  readonly corner: readonly [number, number, number];
}

const squares = (corners: readonly Corner[]): Marks => ({
  places: Float32Array.from(corners.flatMap(({ place }) => place)),
  others: Float32Array.from(corners.flatMap(({ other }) => other)),
  corners: Float32Array.from(corners.flatMap(({ corner }) => corner)),
  count: corners.length,
});

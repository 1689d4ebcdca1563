/** Where a picture is seen from: angles in radians, distance in half widths of the picture. */
export interface View {
  /** Around the upright axis. */
  readonly turn: number;
  /** Above the ground, from 0 along it to pi/2 straight down. */
  readonly tilt: number;
  readonly distance: number;
}

export const USUAL_VIEW: View = { turn: -0.62, tilt: 0.62, distance: 4.4 };

const LEAST_TILT = 0.12;
const MOST_TILT = 1.5;
const NEAREST = 2.2;
const FURTHEST = 8;

/** Another view, as far as there is one. */
export const turned = (view: View, by: Partial<View>): View => ({
  turn: view.turn + (by.turn ?? 0),
  tilt: Math.min(MOST_TILT, Math.max(LEAST_TILT, view.tilt + (by.tilt ?? 0))),
  distance: Math.min(FURTHEST, Math.max(NEAREST, view.distance * (by.distance ?? 1))),
});

/** A 4 x 4 matrix, column after column, as WebGL takes it. */
export type Matrix = Float32Array;

/** The middle of what is looked at: half as high as the ground rises. */
const MIDDLE = 0.36;
const FIELD_OF_VIEW = 0.6;
const NEAR = 0.1;
const FAR = 20;

/** From the picture's coordinates to the screen's: the product of perspective, view and fit. */
export function matrixOf(view: View, aspect: number): Matrix {
  const matrix = projected(view, aspect);
  // What fits at the usual distance: who comes nearer wants to see less.
  const { scale, across, up } = fitOf(projected({ ...view, turn: 0, distance: USUAL_VIEW.distance }, aspect));
  for (let column = 0; column < 4; column++) {
    const w = matrix[4 * column + 3];
    matrix[4 * column] = scale * (matrix[4 * column] - across * w);
    matrix[4 * column + 1] = scale * (matrix[4 * column + 1] - up * w);
  }
  return matrix;
}

function projected({ turn, tilt, distance }: View, aspect: number): Matrix {
  const [sin, cos, up, along] = [Math.sin(turn), Math.cos(turn), Math.sin(tilt), Math.cos(tilt)];
  // Rows of the view: to the right, upwards, towards the eye.
  const right = [cos, sin, 0];
  const upwards = [-sin * up, cos * up, along];
  const towards = [sin * along, -cos * along, up];
  const focal = 1 / Math.tan(FIELD_OF_VIEW / 2);
  const depth = (FAR + NEAR) / (NEAR - FAR);
  const shift = (2 * FAR * NEAR) / (NEAR - FAR);
  const matrix = new Float32Array(16);
  for (let column = 0; column < 3; column++) {
    matrix[4 * column] = (focal / aspect) * right[column];
    matrix[4 * column + 1] = focal * upwards[column];
    matrix[4 * column + 2] = depth * towards[column];
    matrix[4 * column + 3] = -towards[column];
  }
  const moved = (row: readonly number[]) => -row[2] * MIDDLE;
  const away = moved(towards) - distance;
  matrix[12] = (focal / aspect) * moved(right);
  matrix[13] = focal * moved(upwards);
  matrix[14] = depth * away + shift;
  matrix[15] = -away;
  return matrix;
}

/** How high the picture rises, over half its width. */
export const RISE = 0.85;
/** How far outside of the ground the words at its edges stand. */
export const OUTSIDE = 1.14;
/** From the middle to the furthest of them, which stand near the corners. */
const REACH = Math.hypot(OUTSIDE, 0.92);
/** The part of the screen that is filled, so that words find room beside. */
const FILLED = 0.92;
const STEPS = 48;

/**
 * The scale and the shift by which ground and words fill the screen from whatever side they are seen: those of the cylinder
 * around them, so that nothing jumps as it turns.
 */
function fitOf(matrix: Matrix) {
  const seen = Array.from({ length: STEPS }, (_, i) => (2 * Math.PI * i) / STEPS).flatMap((angle) => {
    const [x, y] = [Math.cos(angle), Math.sin(angle)];
    return [
      seenAt(matrix, [REACH * x, REACH * y, 0]),
      seenAt(matrix, [Math.SQRT2 * x, Math.SQRT2 * y, RISE]),
    ];
  });
  const [left, right] = [Math.min(...seen.map(({ x }) => x)), Math.max(...seen.map(({ x }) => x))];
  const [top, bottom] = [Math.min(...seen.map(({ y }) => y)), Math.max(...seen.map(({ y }) => y))];
  return {
    scale: FILLED / Math.max(right - left, bottom - top),
    across: left + right - 1,
    up: 1 - top - bottom,
  };
}

/** Where a place appears, as shares of width and height from the upper left, and how far away it is. */
export function seenAt(matrix: Matrix, [x, y, z]: readonly [number, number, number]) {
  const [cx, cy, , w] = [0, 1, 2, 3].map(
    (row) => matrix[row] * x + matrix[4 + row] * y + matrix[8 + row] * z + matrix[12 + row],
  );
  return { x: (1 + cx / w) / 2, y: (1 - cy / w) / 2, depth: w };
}

import type { Picture, Surface } from '../../contract/surface';
import { LevelScale } from '../../core/level-scale';
import { nodeAt, squaresOf } from '../picture-nodes';
import { SHARPNESS_FIGURES, placesByNode } from '../sharpness';

/** How high the picture rises, over the longer of its sides. */
const RISE = 0.5;

/** A surface of a file. */
interface Sheet {
  readonly name: string;
  /** What its heights are. */
  readonly says: readonly string[];
  readonly side: number;
  /** Row after row; undefined where there is none. */
  readonly heights: readonly (number | undefined)[];
}

/**
 * A picture's training loss as a mesh (Wavefront `.obj`), for whatever draws or prints in three dimensions: x and y are the
 * plane's coordinates, z the height on the picture's own scale of levels, half as high as it is wide. Squares with a corner
 * where the loss is not finite are left out. The figures of a map of sharpness are objects of their own behind it, over the
 * same plane, with their values and errors as comments.
 */
export function surfaceObj({ levels }: Surface, picture: Picture): string {
  const { side, loss, label } = picture;
  const scale = new LevelScale(levels);
  const sheets: Sheet[] = [
    {
      name: 'training_loss',
      says: [`${label.replaceAll(/[\r\n]/g, ' ')}: z is the training loss, ${levels.kind}`],
      side,
      heights: loss.train.map((value) => (value === null ? undefined : scale.height(value))),
    },
    ...mapSheets(picture),
  ];
  const lines: string[] = [];
  // Vertices are counted from 1, through the whole file.
  let first = 1;
  for (const sheet of sheets) {
    lines.push(
      ...sheet.says.map((words) => `# ${words}`),
      `o ${sheet.name}`,
      ...meshOf(sheet, picture, first),
    );
    first += sheet.side ** 2;
  }
  return [...lines, ''].join('\n');
}

function meshOf({ side, heights }: Sheet, { axes }: Picture, first: number): string[] {
  const known = heights.filter((height) => height !== undefined);
  const [low, high] = known.reduce(
    ([least, most], height) => [Math.min(least, height), Math.max(most, height)],
    [Infinity, -Infinity],
  );
  const widest = Math.max(...axes.map(({ from, to }) => to - from));
  const factor = high > low ? (RISE * widest) / (high - low) : 0;
  const vertices = heights.map((height, node) => {
    const [x, y] = nodeAt({ side, axes }, node);
    return `v ${x} ${y} ${known.length === 0 ? 0 : ((height ?? high) - low) * factor}`;
  });
  const faces = squaresOf(side, (node) => heights[node] !== undefined).map(
    (corners) => `f ${corners.map((node) => node + first).join(' ')}`,
  );
  return [...vertices, ...faces];
}

function mapSheets({ sharpness, axes }: Picture): Sheet[] {
  if (!sharpness) return [];
  const { side } = sharpness;
  const places = placesByNode(sharpness);
  return SHARPNESS_FIGURES.map((figure): Sheet => {
    const found = places.map((place) => place && figure.of(place));
    return {
      name: figure.title.toLowerCase().replaceAll(' ', '_'),
      says: [
        `z is the ${figure.title.toLowerCase()} on ${side} x ${side} places, linear; each is: x, y, value, its error, what rows move it by at least`,
        ...found.flatMap((each, node) =>
          each
            ? [
                [
                  ...nodeAt({ side, axes }, node),
                  each.value,
                  each.error ?? 'none',
                  each.spread ?? 'none',
                ].join(' '),
              ]
            : [],
        ),
      ],
      side,
      heights: found.map((each) => each?.value),
    };
  });
}

/** Something that was varied: the level of each row on it, from 0. */
export interface DesignAxis {
  readonly name: string;
  readonly count: number;
  readonly levels: readonly number[];
}

/**
 * Axes of rows by their values under each name. Names with one value only are left out, and so are those that another one
 * decides (a learning rate that goes with the optimizer): their levels are not levels of their own.
 */
export function axesOf(columns: ReadonlyMap<string, readonly unknown[]>): DesignAxis[] {
  const axes = [...columns].map(([name, values]) => axisOf(name, values)).filter(({ count }) => count > 1);
  return axes.filter(
    (axis, i) =>
      !axes.some(
        (other, j) =>
          i !== j && decides(other, axis) && (other.count > axis.count || j < i || !decides(axis, other)),
      ),
  );
}

/** An axis of a design: the level of each point, values by what they are (`1` is not `"1"`). */
export function axisOf(name: string, values: readonly unknown[]): DesignAxis {
  const keys = values.map((value) => (typeof value === 'string' ? `'${value}` : String(value)));
  const places = new Map([...new Set(keys)].map((key, place) => [key, place]));
  return { name, count: places.size, levels: keys.map((key) => places.get(key)!) };
}

/** Has each level of `a` one level of `b`? */
function decides(a: DesignAxis, b: DesignAxis): boolean {
  const found = new Map<number, number>();
  return a.levels.every((level, row) => {
    const known = found.get(level) ?? b.levels[row];
    found.set(level, known);
    return known === b.levels[row];
  });
}

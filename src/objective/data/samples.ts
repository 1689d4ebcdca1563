import { random } from '../../core/random';
import { UserError } from '../../core/errors';
import { formatCount } from '../../wording/format-number';
import { streams } from '../../core/random-streams';
import { countOf } from '../../core/asked-rows';

/** The training rows an analysis uses, and how to say it. */
export interface RowSelection {
  /** Ascending. */
  readonly rows: Int32Array;
  readonly total: number;
  readonly description: string;
}

/**
 * Rows by the `samples` setting: `first:N` in file order, N drawn by the seed without replacement, or all.
 * `atMost` stands in where the setting is left out (the editor's default).
 *
 * ```ts
 * import { selectRows } from '../../src/objective/data/samples';
 * selectRows(5, 'first:2', 1).rows; // => [0, 1]
 * selectRows(5, 3, 1).rows.length; // => 3
 * selectRows(5, undefined, 1).description; // => 'all 5 rows'
 * ```
 */
export function selectRows(
  total: number,
  samples: number | string | undefined,
  seed: number,
  atMost?: number,
): RowSelection {
  return selectAmong(
    Int32Array.from({ length: total }, (_, i) => i),
    samples,
    seed,
    atMost,
  );
}

/**
 * The same among some rows, ascending.
 * @throws UserError for more rows than there are.
 */
export function selectAmong(
  among: Int32Array,
  samples: number | string | undefined,
  seed: number,
  atMost = Infinity,
): RowSelection {
  const all = among.slice();
  const total = all.length;
  const everything = { rows: all, total, description: `all ${formatCount(total)} rows` };
  if (samples === undefined && total <= atMost) return everything;
  const first = typeof samples === 'string' ? countOf(samples) : undefined;
  const count = first ?? (samples === undefined ? atMost : Number(samples));
  if (count > total)
    throw new UserError(
      `samples asks for ${formatCount(count)} rows, but the data have ${formatCount(total)} training rows: give at most that many.`,
    );
  if (count === total) return everything;
  if (first !== undefined)
    return {
      rows: all.slice(0, first),
      total,
      description: `first ${formatCount(first)} of ${formatCount(total)} rows`,
    };
  // A partial Fisher-Yates shuffle: the first `count` places are a uniform draw without replacement.
  const stream = random(seed, streams.sampledRows);
  for (let i = 0; i < count; i++) {
    const j = i + Math.floor(stream.uniform() * (total - i));
    [all[i], all[j]] = [all[j], all[i]];
  }
  return {
    rows: all.slice(0, count).sort(),
    total,
    description: `${formatCount(count)} of ${formatCount(total)} rows, seed ${seed}`,
  };
}

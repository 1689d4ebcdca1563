import { Lattice } from '../../analysis/surface/lattice';
import { LevelScale } from '../../core/level-scale';
import type { Surface, SurfaceChoices } from '../../contract/surface';
import { random } from '../../core/random';
import { streams } from '../../core/random-streams';
import type { DrawnPlane } from './planes';
import type { PlaceMeter, Sample } from './samples';

type Levels = Surface['levels'];
/** Evaluates at coordinates. */
type Meter = Pick<PlaceMeter, 'at' | 'pass'>;

/** Places that a picture is tried at without having used them. */
const TRIED = 40;
/** How often what such places show leads to more measuring. */
const ROUNDS = 3;
/** The lattice's own expectation of its error was up to 3.7 times too small on functions of every kind, kinks included. */
const CAUTION = 4;
/** Of so many places the worst seen is below the worst of all. */
const UNSEEN = 1.5;

/** A place of the plane whose loss is known for itself, as a checkpoint's is. */
export interface KnownPlace {
  readonly at: readonly [number, number];
  /** Null where it is not finite. */
  readonly loss: number | null;
}

export interface DrawingOptions {
  readonly choices: SurfaceChoices;
  readonly seed: number;
  /** How much time is left, in seconds; Infinity where it has no limit. */
  remaining(): number;
  /** After so many more places. */
  onSamples(count: number): void;
}

/** One picture in the making: which nodes are measured, what was found there, and how well that tells all others. */
export class Drawing {
  readonly lattice: Lattice;
  readonly samples: Sample[] = [];
  readonly measured: number[] = [];
  seen = { off: 0, places: 0 };
  private known: readonly KnownPlace[] = [];

  constructor(
    readonly plane: DrawnPlane,
    private readonly options: DrawingOptions,
  ) {
    this.lattice = new Lattice(options.choices.refinements);
  }

  get tolerance(): number {
    return this.options.choices.tolerance;
  }

  /** The coordinates of a node. */
  coordinates(node: number): [number, number] {
    const [x, y] = this.lattice.place(node);
    const along = (i: 0 | 1, share: number) => {
      const { from, to } = this.plane.axes[i];
      return from * (1 - share) + to * share;
    };
    return [along(0, x), along(1, y)];
  }

  /** Heights of the samples on a scale. */
  heights(levels: Levels): number[] {
    const scale = new LevelScale(levels);
    return this.samples.map(({ train }) => scale.height(train.loss.value));
  }

  /** The first nodes, from which levels are made. */
  async begin(meter: Meter): Promise<void> {
    await this.measure(this.lattice.first(), { meter, isEnough: () => false }, this.keep);
  }

  /**
   * Measures between them until the picture is as good as asked for, or its limits are reached.
   * @param known what it must not contradict: a minimum may be narrower than nodes lie apart.
   */
  async refine(meter: Meter, levels: Levels, known: readonly KnownPlace[] = []): Promise<void> {
    this.known = known;
    const stream = random(this.options.seed, streams.surfacePlaces);
    for (let round = 1; ; round++) {
      await this.settle(meter, levels);
      const wrong = await this.tried(meter, levels, () => stream.uniform());
      if (wrong.length === 0 || round === ROUNDS || !this.allows) return;
      for (const { node, sample } of wrong.slice(0, this.left)) this.keep(node, sample);
    }
  }

  /** How far the interpolated loss may be off, in steps between levels. */
  bound(levels: Levels): number {
    const expected = this.lattice.errors(this.heights(levels)).reduce((a, b) => Math.max(a, b), 0);
    const contradicted = this.contradicted(levels).reduce((most, { off }) => Math.max(most, off), 0);
    return Math.max(CAUTION * expected, UNSEEN * this.seen.off, contradicted);
  }

  /** How many more nodes may be measured. */
  private get left(): number {
    return this.options.choices.points - this.samples.length;
  }

  private get allows(): boolean {
    return this.left > 0 && this.options.remaining() > 0;
  }

  private async settle(meter: Meter, levels: Levels): Promise<void> {
    const { tolerance } = this.options.choices;
    for (;;) {
      const failed = this.lattice.wanted(this.heights(levels), () => tolerance);
      const wanted = failed.length > 0 ? failed : this.besideKnown(levels);
      if (wanted.length === 0 || !this.allows) return;
      await this.measure(wanted, { meter, isEnough: () => !this.allows }, this.keep);
    }
  }

  /** Nodes around known places that the picture contradicts by more than it may, each once. */
  private besideKnown(levels: Levels): number[] {
    const { tolerance } = this.options.choices;
    const wrong = this.contradicted(levels).filter(({ off }) => off > tolerance);
    return [...new Set(wrong.flatMap(({ nodes }) => nodes))];
  }

  /** How far the picture is off at known places, in steps between levels, where there are nodes around that may mend it. */
  private contradicted(levels: Levels): { readonly off: number; readonly nodes: readonly number[] }[] {
    const { lattice, plane } = this;
    if (this.known.length === 0) return [];
    const scale = new LevelScale(levels);
    const field = lattice.field(this.heights(levels));
    return this.known.flatMap(({ at, loss }) => {
      const [x, y] = plane.axes.map(({ from, to }, i) => (at[i] - from) / (to - from));
      if (loss === null || Math.min(x, y) < 0 || Math.max(x, y) > 1) return [];
      const nodes = lattice.around([x, y]);
      const off = Math.abs(scale.height(loss) - lattice.between(field, [x, y]));
      return nodes.length === 0 ? [] : [{ off, nodes }];
    });
  }

  /** Holds the picture against places that it does not know; returns those where it is off by more than it may be. */
  private async tried(meter: Meter, levels: Levels, draw: () => number) {
    const { lattice, options } = this;
    const scale = new LevelScale(levels);
    const field = lattice.field(this.heights(levels));
    const wrong: { node: number; sample: Sample }[] = [];
    const tried = new Set<number>();
    // Few nodes are left where everything was measured.
    for (let draws = 0; tried.size < TRIED && draws < 4 * TRIED; draws++) {
      const node = Math.floor(draw() * field.length);
      if (!lattice.isMeasured(node)) tried.add(node);
    }
    this.seen = { off: 0, places: 0 };
    await this.measure([...tried], { meter, isEnough: () => !this.allows }, (node, sample) => {
      const off = Math.abs(scale.height(sample.train.loss.value) - field[node]);
      this.seen = { off: Math.max(this.seen.off, off), places: this.seen.places + 1 };
      if (off > CAUTION * options.choices.tolerance) wrong.push({ node, sample });
    });
    return wrong;
  }

  /** Measures nodes in their order, a pass at a time, until there are enough. */
  private async measure(
    nodes: readonly number[],
    { meter, isEnough }: { readonly meter: Meter; isEnough(): boolean },
    take: (node: number, sample: Sample) => void,
  ): Promise<void> {
    for (let from = 0; from < nodes.length && !isEnough();) {
      const pass = nodes.slice(from, from + Math.min(meter.pass, this.left));
      const samples = await meter.at(pass.map((node) => this.coordinates(node)));
      pass.forEach((node, i) => take(node, samples[i]));
      from += pass.length;
      this.options.onSamples(pass.length);
    }
  }

  private readonly keep = (node: number, sample: Sample): void => {
    this.lattice.take(node);
    this.samples.push(sample);
    this.measured.push(node);
  };
}

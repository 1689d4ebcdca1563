import { type Matrix, type View, matrixOf } from './camera';
import type { Colors, Rgb } from './colors';
import type { Heights } from './heights';
import { type Marks, ribbonsOf, spotsOf } from './marks';
import { lightOf } from './light';
import type { Mesh } from './mesh';
import type { OnGround, Spot, Stretch } from './path';
import { type Program, type Stored, attach, programOf, store } from './programs';
import { GROUND_FRAGMENT, GROUND_VERTEX, MARK_FRAGMENT, MARK_VERTEX } from './shaders';

/** What is drawn. */
export interface Content extends OnGround {
  readonly heights: Heights;
  readonly mesh: Mesh;
  readonly edges: readonly Stretch[];
}

interface StoredMarks {
  readonly attributes: Readonly<Record<string, Stored>>;
  readonly count: number;
}

/** Half the width of a ribbon, in pixels of the page; of a path's, with what parts it from a ground of its own colour. */
const PATH = 1.4;
const AROUND = 2.6;
const EDGE = 0.5;
/** What a mark is cut to: not at all, to a circle, to a diamond. */
const RIBBON = 0;
const CIRCLE = 1;
const DIAMOND = 2;
/** By how much of its depth a mark is drawn nearer than it is, so that the ground that it lies on does not hide it. */
const NEARER = 0.004;

/** Draws a relief with WebGL 2. */
export class Scene {
  private readonly ground: Program;
  private readonly marks: Program;
  private content: Content | undefined;
  private stored: Readonly<Record<string, Stored>> = {};
  private readonly triangles: WebGLBuffer;
  private around: StoredMarks | undefined;
  private ribbons: { readonly marks: StoredMarks; readonly colour: string }[] = [];
  private edges: StoredMarks | undefined;
  private spots: (Pick<Spot, 'isOff' | 'isMean' | 'colour'> & { readonly marks: StoredMarks })[] = [];

  /** @throws Error where the browser draws no such picture. */
  constructor(private readonly gl: WebGL2RenderingContext) {
    this.ground = programOf(gl, GROUND_VERTEX, GROUND_FRAGMENT);
    this.marks = programOf(gl, MARK_VERTEX, MARK_FRAGMENT);
    this.triangles = gl.createBuffer();
    gl.enable(gl.DEPTH_TEST);
  }

  show(content: Content): void {
    const { gl } = this;
    for (const { buffer } of this.stale()) gl.deleteBuffer(buffer);
    const { positions, normals, figures, triangles } = content.mesh;
    this.content = content;
    this.stored = {
      place: store(gl, positions, 3),
      normal: store(gl, normals, 3),
      figure: store(gl, figures, 2),
    };
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, this.triangles);
    gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, triangles, gl.STATIC_DRAW);
    const { stretches, spots, means } = content;
    this.around = this.keep(ribbonsOf(stretches, AROUND));
    this.ribbons = [...new Set(stretches.map(({ colour }) => colour))].map((colour) => ({
      marks: this.keep(
        ribbonsOf(
          stretches.filter((stretch) => stretch.colour === colour),
          PATH,
        ),
      ),
      colour,
    }));
    this.edges = this.keep(ribbonsOf(content.edges, EDGE));
    this.spots = [...spots, ...means].map((spot) => ({ ...spot, marks: this.keep(spotsOf([spot])) }));
  }

  /** @param scale pixels of the card to one of the page. */
  draw(view: View, colors: Colors, scale: number): Matrix {
    const { gl, content } = this;
    const { width, height } = gl.canvas;
    const matrix = matrixOf(view, width / height);
    gl.viewport(0, 0, width, height);
    gl.clearColor(...colors.page, 1);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    if (!content) return matrix;
    this.drawGround(content, matrix, view, colors);
    gl.useProgram(this.marks.program);
    gl.uniformMatrix4fv(this.marks.uniform('view'), false, matrix);
    gl.uniform2f(this.marks.uniform('pixel'), (2 * scale) / width, (2 * scale) / height);
    this.color(this.marks, { ink: colors.edge, paper: colors.page });
    if (this.edges) this.drawMarks(this.edges, { cut: RIBBON, hollow: 0, nearer: NEARER });
    this.color(this.marks, { ink: colors.page });
    if (this.around) this.drawMarks(this.around, { cut: RIBBON, hollow: 0, nearer: NEARER });
    for (const { marks, colour } of this.ribbons) {
      this.color(this.marks, { ink: colors.runs[colour] });
      this.drawMarks(marks, { cut: RIBBON, hollow: 0, nearer: 1.5 * NEARER });
    }
    for (const { marks, isOff, isMean, colour } of this.spots) {
      this.color(this.marks, { ink: colors.runs[colour] });
      const cut = isMean ? DIAMOND : CIRCLE;
      this.drawMarks(marks, { cut, hollow: isOff || isMean ? 1 : 0, nearer: 2 * NEARER });
    }
    return matrix;
  }

  private drawGround(content: Content, matrix: Matrix, { turn, tilt }: View, colors: Colors): void {
    const { gl, ground } = this;
    gl.useProgram(ground.program);
    attach(gl, ground, this.stored);
    gl.uniformMatrix4fv(ground.uniform('view'), false, matrix);
    gl.uniform1f(ground.uniform('lowest'), content.heights.lowest);
    gl.uniform1f(ground.uniform('top'), content.heights.top);
    const [sin, cos] = [Math.sin(turn), Math.cos(turn)];
    gl.uniform3f(ground.uniform('light'), ...lightOf({ turn }));
    gl.uniform3f(ground.uniform('eye'), sin * Math.cos(tilt), -cos * Math.cos(tilt), Math.sin(tilt));
    const { low, middle, high, page, line } = colors;
    this.color(ground, { low, middle, high, page, line });
    gl.drawElements(gl.TRIANGLES, content.mesh.triangles.length, gl.UNSIGNED_INT, 0);
  }

  private drawMarks({ attributes, count }: StoredMarks, how: Readonly<Record<string, number>>): void {
    const { gl, marks } = this;
    attach(gl, marks, attributes);
    for (const [name, value] of Object.entries(how)) gl.uniform1f(marks.uniform(name), value);
    gl.drawArrays(gl.TRIANGLES, 0, count);
  }

  private color(program: Program, colors: Readonly<Record<string, Rgb>>): void {
    for (const [name, color] of Object.entries(colors)) this.gl.uniform3f(program.uniform(name), ...color);
  }

  private keep({ places, others, corners, count }: Marks): StoredMarks {
    const { gl } = this;
    return {
      attributes: {
        place: store(gl, places, 3),
        other: store(gl, others, 3),
        corner: store(gl, corners, 3),
      },
      count,
    };
  }

  /** What was shown before. */
  private stale(): Stored[] {
    const lines = [...this.ribbons, ...this.spots].map(({ marks }) => marks);
    const marks = [this.around, this.edges, ...lines].filter((each) => each !== undefined);
    return [...Object.values(this.stored), ...marks.flatMap(({ attributes }) => Object.values(attributes))];
  }
}

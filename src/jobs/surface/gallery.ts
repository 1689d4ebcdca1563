import { toldOfLanes } from '../../lanes/open';
import type { Picture, Surface, SurfaceChoices } from '../../contract/surface';
import { SCHEMA_VERSION } from '../../contract/vocabulary';
import { surfaceFindings } from '../../wording/interpretation/of-surface';
import type { Canvas } from './canvas';
import { pictureOf } from './picture';
import { MOST_NUMBERS, numbersOf } from './span';

/** Pictures are sent no more often than this. */
const EACH_MS = 1500;

/** The document of all pictures, as far as they are drawn. */
export class Gallery {
  readonly canvases: Canvas[] = [];
  levels: Surface['levels'] = { kind: 'linear', values: [0, 1], offset: 0 };
  private readonly pictures: Picture[] = [];
  private readonly createdAt = new Date().toISOString();
  private readonly started = performance.now();
  private shown = -Infinity;

  constructor(
    private readonly asked: { readonly choices: SurfaceChoices; readonly title: string },
    private readonly send: (surface: Surface) => void,
  ) {}

  /** Draws one picture anew and sends all. */
  show(index: number): void {
    const canvas = this.canvases[index];
    this.pictures[index] = pictureOf(canvas.subject, canvas.drawing, this.levels);
    this.shown = performance.now();
    this.send(this.document());
  }

  /** The same, if the last is long enough ago. */
  showInTime(index: number): void {
    if (performance.now() - this.shown >= EACH_MS) this.show(index);
  }

  complete(): Surface {
    const complete: Surface = { ...this.document(), status: 'complete' };
    // Only once: what is sent while it is drawn stays small.
    const numbers = this.canvases.reduce((sum, { plane }) => sum + numbersOf(plane), 0);
    if (numbers <= MOST_NUMBERS)
      complete.pictures = complete.pictures.map((picture, i) => ({
        ...picture,
        span: this.canvases[i].span,
      }));
    complete.findings = surfaceFindings(complete);
    this.send(complete);
    return complete;
  }

  private document(): Surface {
    const { canvases, asked, levels, createdAt, pictures } = this;
    return {
      schemaVersion: SCHEMA_VERSION,
      kind: 'surface',
      status: 'running',
      createdAt,
      title: asked.title || titleOf(canvases),
      choices: asked.choices,
      settings: canvases[0].reportSettings,
      levels,
      pictures: [...pictures],
      findings: [],
      notes: [...new Set([...canvases.flatMap(({ notes }) => notes), ...toldOfLanes()])],
      cost: {
        evaluations: canvases.reduce((sum, { evaluations }) => sum + evaluations, 0),
        seconds: (performance.now() - this.started) / 1000,
        ...(asked.choices.map === undefined
          ? {}
          : { products: canvases.reduce((sum, { products }) => sum + products, 0) }),
      },
    };
  }
}

function titleOf(canvases: readonly Canvas[]): string {
  const [{ label, subject }] = canvases;
  if (canvases.length > 1) return `Landscapes around ${canvases.length} checkpoints`;
  const { runs = [] } = subject.path ?? {};
  if (runs.length > 1) return `The paths of ${listed(runs.map((run) => run.label))}`;
  return `${runs.length === 1 ? 'The path to' : 'Landscape around'} ${label}`;
}

const listed = (names: readonly string[]): string =>
  `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}`;

import type { Figure } from './comparison-figures';

/** Marks that stand for the reasons why figures have no error bar, each reason once. */
export interface BarMarks {
  /** The mark of a row or column of figures that all lack their bars for one reason; '' for others. */
  ofLine(figures: readonly (Figure | undefined)[]): string;
  /** The mark of one figure of a line whose others have bars or other reasons; '' where the line's says it. */
  ofFigure(figure: Figure | undefined, line: readonly (Figure | undefined)[]): string;
  /** `‡ no bar: …`, in the order in which the marks come. */
  readonly notes: readonly string[];
}

const reasonOf = (figure: Figure | undefined): string | undefined =>
  figure?.standardError === null ? figure.reason : undefined;

/** The reasons that all the figures of a line have for having no bar: undefined stands for a figure with a bar. */
const reasonsOf = (figures: readonly (Figure | undefined)[]) =>
  new Set(figures.filter((figure) => figure !== undefined).map(reasonOf));

/** A table shows figures without ± for a reason; it says the reason once, below, and marks what it is of. */
export function barMarks(lines: readonly (readonly (Figure | undefined)[])[]): BarMarks {
  const reasons = [...new Set(lines.flatMap((figures) => figures.flatMap((each) => reasonOf(each) ?? [])))];
  const markOf = (reason: string | undefined) =>
    reason === undefined ? '' : '‡'.repeat(1 + reasons.indexOf(reason));
  return {
    ofLine(figures) {
      const [reason, ...others] = reasonsOf(figures);
      return others.length === 0 ? markOf(reason) : '';
    },
    ofFigure: (figure, line) => (reasonsOf(line).size > 1 ? markOf(reasonOf(figure)) : ''),
    notes: reasons.map((reason) => `${markOf(reason)} ${reason}`),
  };
}

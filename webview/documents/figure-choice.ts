import { OUTCOMES, type Outcome } from '../../src/contract/vocabulary';
import { OUTCOME_NAMES } from '../../src/wording/comparison-figures';
import { measureLabel } from '../../src/wording/measure-names';
import type { Context } from '../context';
import { choice } from '../controls';
import { h } from '../dom';

/** Two lists, of measures and of outcomes; what is chosen is kept under `key`. */
export interface FigureChoice {
  readonly element: HTMLElement;
  /** Offers these measures, and says what is chosen. */
  offer(measures: readonly string[]): { readonly measure: string; readonly outcome: Outcome };
  choose(measure: string, outcome: Outcome): void;
}

export function figureChoice({ ui }: Context, key: string, changed: () => void): FigureChoice {
  const keep = (part: string) => (value: string) => {
    ui.set(`${key}.${part}`, value);
    changed();
  };
  const measures = choice('Measure', keep('measure'));
  const outcomes = choice('Outcome', keep('outcome'));
  return {
    element: h('div', { class: 'choices' }, measures.element, outcomes.element),
    offer(ids) {
      const kept = ui.get(`${key}.measure`, 'lambda-max');
      const measure = ids.includes(kept) ? kept : ids[0];
      const outcome = ui.get<Outcome>(`${key}.outcome`, 'test-loss');
      measures.set(
        ids.map((id) => ({ value: id, label: measureLabel(id) })),
        measure,
      );
      outcomes.set(
        OUTCOMES.map((value) => ({ value, label: OUTCOME_NAMES[value] })),
        outcome,
      );
      return { measure, outcome };
    },
    choose(measure, outcome) {
      ui.set(`${key}.measure`, measure);
      ui.set(`${key}.outcome`, outcome);
      changed();
    },
  };
}

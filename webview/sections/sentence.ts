import { interpret } from '../../src/wording/interpretation/interpretation';
import type { Section } from '../context';
import { isBusy } from '../context';
import { h, onChange, replace } from '../dom';

/** What the shape means in plain words, and what it does not mean. */
export function sentenceSection(): Section {
  const element = h('div', { class: 'say', 'data-testid': 'sentence' });
  const show = onChange((say: { findings: readonly string[]; caveats: readonly string[] } | undefined) => {
    element.hidden = !say;
    if (!say) return;
    const [verdict, ...rest] = say.findings;
    replace(
      element,
      h('p', {}, verdict !== undefined && h('strong', {}, verdict), rest.length > 0 && ` ${rest.join(' ')}`),
      h('p', { class: 'caveat' }, say.caveats.join(' ')),
    );
  });
  return {
    element,
    update(state) {
      if (state.report) {
        const say = interpret(state.report);
        return show(say.findings.length > 0 ? say : waiting(isBusy(state)));
      }
      show(waiting(isBusy(state) && state.view === 'report'));
    },
  };
}

function waiting(busy: boolean) {
  return busy
    ? { findings: [], caveats: ['What the shape means follows with the first eigenvalue.'] }
    : undefined;
}

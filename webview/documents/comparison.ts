import type { Comparison } from '../../src/contract/comparison';
import { counted } from '../../src/wording/format-number';
import type { Context } from '../context';
import { h, onChange, replace } from '../dom';
import { barriersSection } from './barriers';
import { correlationsSection } from './correlations';
import { membersSection } from './members';
import { overTrainingSection } from './over-training';
import { overlaySection } from './overlays';
import type { DocumentPart } from './part';
import { rescaledSection } from './rescaled';
import { scatterSection } from './scatter-section';

/**
 * Several checkpoints side by side: the first finding, what a rescaling moved, the pictures over training, the table, scatters, correlations,
 * overlays, barriers.
 */
export function comparisonPart(context: Context): DocumentPart<Comparison> {
  const findings = findingsBox(context);
  const rescaled = rescaledSection(context);
  const members = membersSection(context);
  const scatter = scatterSection(context);
  const correlations = correlationsSection(context, (measure, outcome) => scatter.choose(measure, outcome));
  const overTraining = overTrainingSection(context);
  const overlays = overlaySection(context);
  const barriers = barriersSection(context);
  const element = h(
    'div',
    { class: 'part' },
    findings.element,
    rescaled.element,
    overTraining.element,
    members.element,
    scatter.element,
    correlations.element,
    overlays.element,
    barriers.element,
  );
  const show = onChange((comparison: Comparison) => {
    findings.update(comparison.findings);
    for (const section of [rescaled, overTraining, members, scatter, correlations, overlays, barriers])
      section.update(comparison);
  });
  return { element, update: show };
}

/** So many characters of findings stand open above the pictures; beyond, all but the first are folded away. */
const OPEN = 320;

/** What is plain to see in words: the first sentence, and the others on demand where they are many. */
function findingsBox({ ui }: Context): { element: HTMLElement; update(sentences: readonly string[]): void } {
  const element = h('div', { class: 'say', 'data-testid': 'findings' });
  const update = onChange((sentences: readonly string[]) => {
    const [first = '', ...others] = sentences;
    const paragraphs = others.map((sentence) => h('p', {}, sentence));
    element.hidden = sentences.length === 0;
    if (sentences.join(' ').length <= OPEN) return replace(element, h('p', {}, first), ...paragraphs);
    const words = counted(others.length, 'more finding');
    const rest = h(
      'details',
      { open: ui.get('open.findings', false) },
      h('summary', { 'data-testid': 'more-findings' }, words),
      ...paragraphs,
    );
    rest.addEventListener('toggle', () => ui.set('open.findings', rest.open));
    replace(element, h('p', {}, first), others.length > 0 && rest);
  });
  return { element, update };
}

import type { Comparison } from '../../src/shared/comparison';
import type { Context } from '../context';
import { h, onChange, replace } from '../dom';
import { barriersSection } from './barriers';
import { correlationsSection } from './correlations';
import { membersSection } from './members';
import { overTrainingSection } from './over-training';
import { overlaySection } from './overlays';
import type { DocumentPart } from './part';
import { scatterSection } from './scatter-section';

/** Several checkpoints side by side: what is plain to see, the table, scatters, correlations, training, overlays, barriers. */
export function comparisonPart(context: Context): DocumentPart<Comparison> {
  const findings = h('div', { class: 'say', 'data-testid': 'findings' });
  const members = membersSection(context);
  const scatter = scatterSection(context);
  const correlations = correlationsSection(context, (measure, outcome) => scatter.choose(measure, outcome));
  const overTraining = overTrainingSection(context);
  const overlays = overlaySection(context);
  const barriers = barriersSection(context);
  const element = h(
    'div',
    { class: 'part' },
    findings,
    members.element,
    scatter.element,
    correlations.element,
    overTraining.element,
    overlays.element,
    barriers.element,
  );
  const say = onChange((sentences: readonly string[]) => {
    findings.hidden = sentences.length === 0;
    replace(findings, ...sentences.map((sentence) => h('p', {}, sentence)));
  });
  const show = onChange((comparison: Comparison) => {
    say(comparison.findings);
    for (const section of [members, scatter, correlations, overTraining, overlays, barriers])
      section.update(comparison);
  });
  return { element, update: show };
}

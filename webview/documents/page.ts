import type { PanelState } from '../../src/contract/panel-protocol';
import type { Context } from '../context';
import { h } from '../dom';
import { comparisonPart } from './comparison';
import { offersSection } from '../sections/offers';
import { documentHeader } from './document-header';
import { experimentPart } from './experiment';
import { surfacePart } from './surface';
import { trainingPart } from './training';
import { watchPart } from './watch';

/** The page of a run of training, a comparison, an experiment, pictures of the landscape or a run that is watched. */
export function documentPage(context: Context): { element: HTMLElement; update(state: PanelState): void } {
  const header = documentHeader(context);
  const offers = offersSection(context);
  const training = trainingPart(context);
  const comparison = comparisonPart(context);
  const experiment = experimentPart(context);
  const surface = surfacePart(context);
  const watch = watchPart(context);
  const element = h(
    'div',
    { class: 'panel', hidden: true },
    header.element,
    offers.element,
    training.element,
    surface.element,
    watch.element,
    experiment.element,
    comparison.element,
  );
  return {
    element,
    update(state) {
      const { document } = state;
      element.hidden = state.view !== 'document';
      if (element.hidden) return;
      header.update(state);
      offers.update(state);
      training.element.hidden = document?.kind !== 'training';
      surface.element.hidden = document?.kind !== 'surface';
      watch.element.hidden = document?.kind !== 'watch';
      experiment.element.hidden = document?.kind !== 'experiment';
      const compared =
        document?.kind === 'comparison'
          ? document
          : document?.kind === 'experiment'
            ? document.comparison
            : undefined;
      comparison.element.hidden = compared === undefined;
      if (document?.kind === 'training') training.update(document, state);
      if (document?.kind === 'surface') surface.update(document, state);
      if (document?.kind === 'watch') watch.update(document, state);
      if (document?.kind === 'experiment') experiment.update(document, state);
      if (compared) comparison.update(compared, state);
    },
  };
}

import type { PanelState } from '../src/contract/panel-protocol';
import type { Context, Section } from './context';
import { documentPage } from './documents/page';
import { h } from './dom';
import { architectureSection } from './sections/architecture';
import { changeSection } from './sections/change';
import { contentsSection } from './sections/contents';
import { checksSection } from './sections/checks';
import { curveSection } from './sections/curve';
import { headerSection } from './sections/header';
import { headlineSection } from './sections/headline';
import { interpolationSection } from './sections/interpolation';
import { landscapeSection } from './sections/landscape';
import { layersSection } from './sections/layers';
import { matricesSection } from './sections/matrices';
import { measuresSection } from './sections/measures';
import { noticesSection } from './sections/notices';
import { offersSection } from './sections/offers';
import { provenanceSection } from './sections/provenance';
import { sentenceSection } from './sections/sentence';
import { slicesSection } from './sections/slices';
import { spectrumSection } from './sections/spectrum';

/**
 * The page, in the order in which it answers: what was measured and how, the landscape beside the headline figures with
 * their errors and what they mean, the pictures, the tables.
 */
export function panel(context: Context): {
  element: HTMLElement;
  update(state: PanelState): void;
  /** Brings the row of a tensor into sight. */
  reveal(tensor: string): void;
} {
  const sections = sectionsOf(context);
  const documents = documentPage(context);
  // Empty frames and every button would flash up before the first state.
  const page = h('div', { class: 'panel', hidden: true }, ...arranged(sections));
  return {
    element: h('div', {}, page, documents.element),
    update: (state) => {
      page.hidden = state.view === 'document';
      documents.update(state);
      if (page.hidden) return;
      Object.values(sections).forEach((section) => section.update(state));
    },
    reveal: (tensor) => sections.layers.reveal(tensor),
  };
}

const sectionsOf = (context: Context) =>
  ({
    header: headerSection(context),
    offers: offersSection(context),
    notices: noticesSection(),
    change: changeSection(context),
    sentence: sentenceSection(),
    headline: headlineSection(),
    landscape: landscapeSection(context),
    spectrum: spectrumSection(context),
    interpolation: interpolationSection(context),
    curve: curveSection(context),
    eigenvectors: slicesSection(context, 'eigenvector', 'Along eigenvectors'),
    random: slicesSection(context, 'random', 'Along random directions'),
    layers: layersSection(context),
    matrices: matricesSection(context),
    measures: measuresSection(context),
    checks: checksSection(context),
    provenance: provenanceSection(),
    architecture: architectureSection(context),
    contents: contentsSection(context),
  }) satisfies Record<string, Section>;

/** The sections in their order, those that stand side by side in a frame of their own. */
function arranged(sections: ReturnType<typeof sectionsOf>): HTMLElement[] {
  const { header, offers, notices, change, sentence, headline, landscape, spectrum, interpolation, curve } =
    sections;
  const { eigenvectors, random, layers, matrices, measures, checks, provenance, architecture, contents } =
    sections;
  return [
    header.element,
    offers.element,
    notices.element,
    change.element,
    h(
      'div',
      { class: 'lead' },
      h('div', { class: 'said' }, headline.element, sentence.element),
      landscape.element,
    ),
    interpolation.element,
    curve.element,
    spectrum.element,
    h('div', { class: 'pair' }, eigenvectors.element, random.element),
    layers.element,
    h('div', { class: 'pair' }, matrices.element, checks.element),
    measures.element,
    architecture.element,
    contents.element,
    provenance.element,
  ];
}

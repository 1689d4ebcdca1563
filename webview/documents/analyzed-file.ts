import type { Context } from '../context';
import { h } from '../dom';

/** The name of a file with what analyzes it, where somebody is there who can. */
export function analyzedFile({ host }: Context, file: string, canAnalyze = true): HTMLElement {
  const analyze = () => host.post({ type: 'analyzeFile', file });
  const link = { class: 'link', 'aria-label': `Analyze ${file}`, onclick: analyze };
  return h('span', {}, `${file} `, host.interactive && canAnalyze && h('button', link, 'Analyze'));
}

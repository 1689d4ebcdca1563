import { ANALYSIS_DEFAULTS } from '../../contract/analysis-settings';
import type { ComparisonMember } from '../../contract/comparison';
import type { PanelDocument } from '../../contract/panel-protocol';
import type { Report } from '../../contract/report';
import type { AnyRequest } from '../store/report-store';
import type { DocumentRequest } from './document-request';

/** Rows and labels decide figures: a report on noisy labels is none of the checkpoint on its data. */
const asMeasured = ({ trained }: ComparisonMember) => (trained ? { trained } : {});

/**
 * The request whose report a document shows at a place of its members; undefined for a checkpoint that is on no disk.
 * Members are those that could be read: their places are not those of the checkpoints asked for.
 */
export function memberRequest(
  request: DocumentRequest,
  document: PanelDocument | undefined,
  index: number,
): AnyRequest | undefined {
  const comparison = document?.kind === 'experiment' ? document.comparison : document;
  if (comparison?.kind !== 'comparison') return undefined;
  const member = comparison.members[index];
  if (member === undefined) return undefined;
  if (request.method === 'compare')
    return { ...request.params.settings, checkpoint: member.path, ...asMeasured(member) };
  if (request.method === 'rescale') {
    const { factor: _, neurons: __, ...settings } = request.params;
    // As `rescale` measures it.
    return index === 0 ? { ...settings, slices: false, measures: settings.measures || true } : undefined;
  }
  const report = comparison.reports[index];
  if (report === undefined) return undefined;
  const { settings, checkpoint } = report;
  return {
    ...settings,
    checkpoint: checkpoint.path,
    data: settings.data.path,
    samples: undefined,
    loss: undefined,
    // A report says in its own words which library computed, and of what matrix.
    operator: ANALYSIS_DEFAULTS.operator,
    backend: ANALYSIS_DEFAULTS.backend,
    exact: settings.exact ?? ANALYSIS_DEFAULTS.exact,
    operators: ANALYSIS_DEFAULTS.operators,
    picture: ANALYSIS_DEFAULTS.picture,
    measures: true,
    ...asMeasured(member),
  };
}

/** The reports of a finished comparison with the requests that would give them again. */
export function memberReports(
  request: DocumentRequest,
  document: PanelDocument | undefined,
): { readonly request: AnyRequest; readonly report: Report }[] {
  if (document?.kind !== 'comparison' || document.status !== 'complete') return [];
  return document.reports.flatMap((report, index) => {
    const made = memberRequest(request, document, index);
    return made === undefined ? [] : [{ request: made, report }];
  });
}

import { counted, formatCount, formatSeconds } from '../../src/wording/format-number';
import { howMeasured } from '../../src/wording/how-measured';
import type { PanelDocument } from '../../src/contract/panel-protocol';
import type { Watch } from '../../src/contract/watch';

/** What a reader must know to judge the figures, in a line. */
export function phrasesOf(document: PanelDocument): string[] {
  if (document.kind === 'training') {
    const { model, data, loss, run, precision, backend } = document;
    const optimizer = run['optimizer'] as { name?: string; convention?: string } | undefined;
    return [
      `${model.name}, ${counted(model.parameters, 'parameter')}`,
      counted(data.trainRows, 'row'),
      ...(data.validationRows > 0 ? [`${formatCount(data.validationRows)} for validation`] : []),
      loss,
      ...(optimizer?.name ? [`${optimizer.name} (${optimizer.convention ?? 'keras'})`] : []),
      `batch ${String(run['batchSize'])}`,
      `seed ${String(run['seed'])}`,
      `${backend}, ${precision}`,
      formatSeconds(document.seconds),
    ];
  }
  if (document.kind === 'comparison') {
    const [first] = document.reports;
    return [
      counted(document.members.length, 'checkpoint'),
      ...(first
        ? [first.settings.samples, first.settings.loss, `seed ${first.settings.seed}`, first.settings.backend]
        : []),
      formatSeconds(document.seconds),
    ];
  }
  if (document.kind === 'surface') {
    const [first] = document.pictures;
    const { settings, status, cost } = document;
    return first ? howMeasured({ settings, status, cost, checkpoint: first.checkpoint }) : [];
  }
  if (document.kind === 'watch') return watchPhrases(document);
  return [
    counted(document.runs.length, 'run'),
    document.form === 'small' ? 'the small form' : 'the full form',
    ...document.setting,
    formatSeconds(document.seconds),
  ];
}

function watchPhrases({ where, checkpoints, settings }: Watch): string[] {
  const measured = checkpoints.filter(({ figures }) => figures).length;
  return [
    where,
    `${counted(measured, 'checkpoint')} measured`,
    ...(settings ? [settings.samples, settings.loss, `${settings.backend}, ${settings.precision}`] : []),
  ];
}

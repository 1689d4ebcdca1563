import { counted, formatCount, formatSeconds } from './format-number';
import type { Report } from '../contract/report';

/**
 * How a report was measured, in short phrases for one line: parameters, loss, rows, batch norm, weight decay,
 * seed, backend, seconds. Phrases that would only repeat a default are left out.
 */
export function howMeasured(
  report: Pick<Report, 'settings' | 'checkpoint'> & {
    readonly status: string;
    readonly cost: { readonly seconds: number };
  },
): string[] {
  const { settings } = report;
  return [
    counted(report.checkpoint.parameters, 'parameter'),
    lossPhrase(settings),
    samplesPhrase(settings.samples),
    named('batch norm', settings.batchNorm),
    named('weight decay', settings.weightDecay),
    `seed ${settings.seed}`,
    backendPhrase(settings),
    ...(report.status === 'complete' && report.cost.seconds > 0
      ? [`measured in ${formatSeconds(report.cost.seconds)}`]
      : []),
  ].filter((phrase) => phrase !== '');
}

/** The backend; a graphics processor by its name, with how much of the work it did. */
function backendPhrase({ backend, device }: Report['settings']): string {
  if (!device) return backend;
  const { name, nodes, onProcessor } = device;
  const whole = counted(nodes + onProcessor, 'operator');
  const share = onProcessor === 0 ? `all ${whole} there` : `${formatCount(nodes)} of ${whole} there`;
  return `${backend} on ${name}, ${share}`;
}

/** The loss by name, with label smoothing and weights where there are any. */
function lossPhrase({ loss, weightedBy, labelSmoothing }: Report['settings']): string {
  const name = loss
    .replace('crossentropy', 'cross-entropy')
    .replaceAll('-', ' ')
    .replace('cross entropy', 'cross-entropy');
  return [
    name.startsWith('mean') ? name : `mean ${name}`,
    ...(labelSmoothing === undefined ? [] : [`label smoothing ${labelSmoothing}`]),
    ...(weightedBy === undefined ? [] : [`weighted by ${weightedBy.join(' and ')}`]),
  ].join(', ');
}

function samplesPhrase(samples: string): string {
  return samples.includes('training') ? samples : samples.replace(/\brows\b/, 'training rows');
}

/** `batch norm in inference mode`, `no weight decay`; nothing where the model has none of it. */
function named(subject: string, setting: string): string {
  const text = setting.trim();
  if (text === '' || text.toLowerCase().includes(subject)) return text;
  if (/^(none|no|off|0)$/i.test(text)) return `no ${subject}`;
  if (/\bmode$/.test(text) && !/^in /.test(text)) return `${subject} in ${text}`;
  return /^(in|by|of|as|with) /.test(text) ? `${subject} ${text}` : `${subject}: ${text}`;
}

import type { CheckpointChange } from '../contract/change';
import { counted, formatNumber, formatPercent } from './format-number';

/** What has changed between two states of a checkpoint, in a sentence each: its layers, then its tensors. */
export function changeSentences(change: CheckpointChange): string[] {
  return [...layersSentence(change), tensorsSentence(change)];
}

function layersSentence({ layers, layerCounts, since }: CheckpointChange): string[] {
  if (layerCounts === undefined) return [];
  if (layers.length === 0) return ['The architecture is the same.'];
  const counts =
    layerCounts.before === layerCounts.now
      ? ''
      : `, ${counted(layerCounts.before, 'layer')} at ${since} and ${layerCounts.now} now`;
  return [
    `The architecture has changed: ${counted(layers.length, 'layer')} differ${layers.length === 1 ? 's' : ''}${counts}.`,
  ];
}

function tensorsSentence({ tensors, equal, relative, angle, sampled }: CheckpointChange): string {
  if (tensors.length === 0)
    return sampled ? 'All tensors are equal where they were read.' : 'All tensors are equal to the last bit.';
  const about = sampled ? 'about ' : '';
  const turned = Number.isFinite(angle) ? `, turned by ${formatNumber(angle, 3)}°` : '';
  // Nothing moved where no tensor has the name and the shape of another.
  const isMatched = equal > 0 || tensors.some((tensor) => tensor.relative !== undefined);
  const moved =
    isMatched && Number.isFinite(relative)
      ? `: together they lie ${about}${formatPercent(relative)} of their norm from where they were${turned}`
      : '';
  return `${counted(tensors.length, 'tensor')} of ${tensors.length + equal} ${tensors.length === 1 ? 'differs' : 'differ'}${moved}.`;
}

import { measureLabel } from './measure-names';

/** How figures of runs are called in sentences and tables. */
const NAMES: Readonly<Record<string, string>> = {
  'train-loss': 'training loss',
  'train-accuracy': 'training accuracy',
  'test-loss': 'test loss',
  'test-accuracy': 'test accuracy',
  'generalization-gap': 'generalization gap',
  distance: 'distance from the start',
  epochs: 'epochs trained',
  bias: 'bias',
  variance: 'variance',
  'squared-bias': 'squared bias of probabilities',
  'squared-variance': 'variance of probabilities',
  'tail-sharpness': 'sharpness at the end',
  'tail-ratio': 'sharpness over the stability line',
};

const ATTACKS = { fgsm: 'FGSM', pgd: 'PGD' } as const;

/** The name of a figure: a measure's label, outcomes and attacks in words. */
export function figureName(id: string): string {
  const attacked = /^(fgsm|pgd)-accuracy@(.+)$/.exec(id);
  if (attacked) return `${ATTACKS[attacked[1] as keyof typeof ATTACKS]} accuracy at ${attacked[2]}`;
  return (Object.hasOwn(NAMES, id) ? NAMES[id] : undefined) ?? measureLabel(id);
}

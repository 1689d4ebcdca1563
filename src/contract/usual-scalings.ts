/** How bytes usually go into a network, as `input` in `landscape.json` states it; fractions as text. */
export interface UsualScaling {
  /** As the terminal names it. */
  readonly id: string;
  readonly name: string;
  readonly input: {
    readonly scale: string;
    readonly mean?: readonly number[];
    readonly std?: readonly number[];
  };
}

const scale = '1/255';
const CIFAR_10_MEAN = [0.4914, 0.4822, 0.4465];

/** By their range, and by the means and deviations that whole data sets are known by. */
export const USUAL_SCALINGS: readonly UsualScaling[] = [
  { id: 'unit', name: 'Divide by 255', input: { scale } },
  { id: 'signed', name: 'From −1 to 1', input: { scale, mean: [0.5], std: [0.5] } },
  {
    id: 'imagenet',
    name: "ImageNet's mean and deviation",
    input: { scale, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  },
  {
    id: 'cifar10',
    name: "CIFAR-10's mean and deviation",
    input: { scale, mean: CIFAR_10_MEAN, std: [0.247, 0.2435, 0.2616] },
  },
  // The mean over pictures of each one's deviation, which many training scripts have in its place.
  {
    id: 'cifar10-per-image',
    name: "CIFAR-10's mean, deviation 0.2023, 0.1994, 0.2010",
    input: { scale, mean: CIFAR_10_MEAN, std: [0.2023, 0.1994, 0.201] },
  },
  {
    id: 'cifar100',
    name: "CIFAR-100's mean and deviation",
    input: { scale, mean: [0.5071, 0.4865, 0.4409], std: [0.2673, 0.2564, 0.2762] },
  },
  { id: 'mnist', name: "MNIST's mean and deviation", input: { scale, mean: [0.1307], std: [0.3081] } },
];

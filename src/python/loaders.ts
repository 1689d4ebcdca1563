import { type CodeFile, type Definition, type Parameter, definitionsOf, lineage, parametersBy } from './scan';

/** A class or function of the workspace that gives rows. */
export interface LoaderCode {
  readonly file: string;
  readonly name: string;
  readonly kind: 'class' | 'function';
  readonly parameters: readonly Parameter[];
}

/** Classes of libraries that give rows, by their last names: PyTorch's own end in these words, torchvision's have names. */
const GIVES_ROWS =
  /(Dataset|DataLoader|ImageFolder|MNIST|SVHN|STL10|CIFAR100?|ImageNet|Caltech\d+|Flowers102|Food101|^Subset)$|^(load_dataset|random_split)$/;

/** Those that are for the test alone are rarely what a network was trained on. */
const TEST = /test|val(?!ue)|eval/i;

const rank = ({ name, kind }: LoaderCode): number =>
  (/train/i.test(name) ? 0 : TEST.test(name) ? 4 : 2) + (kind === 'function' ? 0 : 1);

/**
 * The functions and classes of these files that give a Dataset or a DataLoader, read as text: nothing of them is run. Those
 * for training first.
 */
export function loadersIn(files: readonly CodeFile[]): LoaderCode[] {
  const { all, classes } = definitionsOf(files);
  const isRows = (name: string): boolean => {
    const own = classes.get(name);
    return own ? isOwn(own) : GIVES_ROWS.test(name);
  };
  const isOwn = (each: Definition): boolean =>
    lineage(each, classes).some(({ bases }) =>
      bases.some((base) => !classes.has(base) && GIVES_ROWS.test(base)),
    );
  return all
    .flatMap(({ file, each }): LoaderCode[] => {
      const { kind, name } = each;
      if (kind === 'function') {
        const given = [...each.returns].some(isRows);
        return given ? [{ file, name, kind, parameters: each.parameters ?? [] }] : [];
      }
      return isOwn(each) ? [{ file, name, kind, parameters: parametersBy(lineage(each, classes)) }] : [];
    })
    .sort((a, b) => rank(a) - rank(b));
}

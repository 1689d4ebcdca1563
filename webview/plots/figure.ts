/** What a picture of the landscape shows. */
export interface Figure {
  readonly figure: 'loss' | 'accuracy';
  readonly split: 'train' | 'test';
}

const SPLITS = { train: 'training', test: 'test' } as const;

/** As a person says it: "training loss". */
export const figureName = ({ figure, split }: Figure): string => `${SPLITS[split]} ${figure}`;

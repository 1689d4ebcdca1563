import { cancelArray } from '../../cluster/slurm/slurm';

/** Cancels the tasks that the scheduler knows by a name. What was finished is kept. */
export const cancelElsewhere = ({ name }: { readonly name: string }): Promise<void> => cancelArray(name);

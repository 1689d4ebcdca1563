import { computeElsewhere } from '../../lanes/open';

/** Has the jobs of this process computed by what these commands of the shell start; here where there are none. */
export const lanesOn = (commands: readonly string[]): void => computeElsewhere(commands);

import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { analyzeRequest } from '../settings/merge';
import { deliverComparison } from './compare';
import { type CliOptions, withMeasuringOptions } from './options';
import { checkOutputs } from './output';
import { layerWithOwnData, withOwnNetwork } from './python';
import { runJob } from './run-job';

interface RescaleOptions extends CliOptions {
  readonly csv?: string;
  readonly factor: number;
  readonly neurons?: boolean;
}

function factor(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0 || value === 1)
    throw new InvalidArgumentError('Give a positive number other than 1.');
  return value;
}

/** `landscape rescale CHECKPOINT` */
export function addRescale(program: Command): void {
  withMeasuringOptions(
    program
      .command('rescale')
      .description('which measures move when layers are rescaled without changing the function')
      .argument('<checkpoint>', 'a network with relu, leaky relu or nothing between some of its layers'),
  )
    .option('--factor <a>', 'how far weights are scaled', factor, 5)
    .option('--neurons', 'a factor of its own for each neuron, between 1/a and a')
    .option('--csv <file>', 'write a table, one row a side')
    .action(async (checkpoint: string, options: RescaleOptions) => {
      const path = resolve(checkpoint);
      const layer = await layerWithOwnData([path], options);
      const asked = analyzeRequest(path, { ...layer, measures: layer.measures || true });
      await checkOutputs(options, [path, asked.data]);
      const request = await withOwnNetwork(asked, options);
      const { factor, neurons } = options;
      await deliverComparison(
        await runJob('rescale', { ...request, factor, neurons }, `rescaling ${path}`),
        options,
      );
    });
}

import { parseArgs } from 'node:util';
import { casesOf, fuzz, hostileCases } from './run';

/**
 * `npm run fuzz -- --cases 10000 --seed 1`; some kinds: `-- --part huggingface`; one case again:
 * `-- --file structures/nested.h5 --seed 948`
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      cases: { type: 'string', default: '3000' },
      seed: { type: 'string', default: '1' },
      file: { type: 'string' },
      part: { type: 'string' },
    },
  });
  const { file, seed, cases, part } = values;
  const wanted =
    file === undefined
      ? [...(part === undefined ? hostileCases() : []), ...casesOf(Number(cases), Number(seed), part)]
      : [{ subject: file, seed: Number(seed) }];
  const tally = await fuzz(wanted, (done, fault) => {
    if (fault !== undefined) console.log(fault);
    if (done % 500 === 0) console.log(`${done} cases`);
  });
  const { refused, same, other, wrong, processor, slowest, largest } = tally;
  console.log(
    `${tally.cases} cases: ${refused} refused, ${same} unchanged, ${other} read as something else, ${wrong.length} wrong`,
  );
  console.log(`${Math.round(processor)} s of processor time; most in ${slowest}; most memory in ${largest}`);
  process.exitCode = wrong.length > 0 ? 1 : 0;
}

void main();

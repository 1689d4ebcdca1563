import { parseArgs } from 'node:util';
import { fuzz } from './run';

/** `npm run fuzz -- --cases 10000 --seed 1` */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { cases: { type: 'string', default: '3000' }, seed: { type: 'string', default: '1' } },
  });
  const tally = await fuzz(Number(values.cases), Number(values.seed), (done) => {
    if (done % 500 === 0) console.log(`${done} cases`);
  });
  for (const line of tally.wrong) console.log(line);
  const { cases, refused, same, other, wrong } = tally;
  console.log(
    `${cases} cases: ${refused} refused, ${same} unchanged, ${other} read as something else, ${wrong.length} wrong`,
  );
  process.exitCode = wrong.length > 0 ? 1 : 0;
}

void main();

// How often error bars hold the right value, and how often verdicts err where there is nothing to find:
//   npm run coverage [-- bars [SUBSETS]]
//   npm run coverage -- verdicts [SIMULATIONS]
import { coverage } from './bars';
import { verdictRates } from './verdicts';

const percent = (part: number, of: number) => Math.round((100 * part) / of);

async function bars(repeats: number): Promise<void> {
  let lines: string[] = [];
  for await (const found of coverage(repeats)) {
    lines = found.map(({ figure, over, networks }) => {
      const sum = (key: 'one' | 'two' | 'of') => networks.reduce((total, each) => total + each[key], 0);
      const worst = (key: 'one' | 'two') => Math.min(...networks.map((each) => percent(each[key], each.of)));
      const pooled = `${percent(sum('one'), sum('of'))} / ${percent(sum('two'), sum('of'))}`;
      return `| ${figure} | ${over} | ${pooled} | ${worst('one')} / ${worst('two')} |`;
    });
    console.error(`${found[0].networks.length} networks\n${lines.join('\n')}`);
  }
  const head = '| figure | bar | pooled ±1 / ±2 % | worst network ±1 / ±2 % |\n| --- | --- | ---: | ---: |';
  console.log([head, ...lines].join('\n'));
}

function verdicts(simulations: number): void {
  console.log('| where there is nothing to find | decided | of |\n| --- | ---: | ---: |');
  for (const { name, decided, of } of verdictRates(simulations))
    console.log(`| ${name} | ${((100 * decided) / of).toFixed(1)} % | ${of} |`);
}

const [what = 'bars', count] = process.argv.slice(2);
if (what === 'bars') void bars(Number(count ?? 40)).then(() => process.exit(0));
else if (what === 'verdicts') verdicts(Number(count ?? 400));
else {
  console.error('coverage takes "bars" or "verdicts".');
  process.exitCode = 2;
}

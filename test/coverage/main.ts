// How often error bars cover and verdicts err:
//   npm run coverage [-- verdicts [SIMULATIONS]]
import { verdictRates } from './verdicts';

const [what = 'verdicts', count] = process.argv.slice(2);
if (what === 'verdicts') {
  const simulations = Number(count ?? 400);
  console.log('| where there is nothing to find | decided | of |\n| --- | ---: | ---: |');
  for (const { name, decided, of } of verdictRates(simulations))
    console.log(`| ${name} | ${((100 * decided) / of).toFixed(1)} % | ${of} |`);
}

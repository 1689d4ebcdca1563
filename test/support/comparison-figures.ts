import { readFileSync } from 'node:fs';
import { type Comparison, comparisonSchema } from '../../src/contract/comparison';

/** A comparison that was written as JSON. */
export const comparisonOf = (file: string): Comparison =>
  comparisonSchema.parse(JSON.parse(readFileSync(file, 'utf8')));

/** All of it but what it took. */
export const figuresOf = ({ reports, ...rest }: Comparison) => ({
  ...rest,
  createdAt: '',
  seconds: 0,
  reports: reports.map((report) => ({ ...report, createdAt: '', cost: report.cost.hvps })),
});

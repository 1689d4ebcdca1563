export { toCsv } from '../../src/wording/csv';

export { toCsv } from '../../src/shared/csv';

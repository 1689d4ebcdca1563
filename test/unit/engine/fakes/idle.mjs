// A child that never says that it is ready, and does nothing.
import { setInterval } from 'node:timers';

setInterval(() => undefined, 1e6);
process.on('disconnect', () => process.exit(0));

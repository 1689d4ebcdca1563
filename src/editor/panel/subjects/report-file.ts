import path from 'node:path';
import type { Report } from '../../../contract/report';
import type { Services } from '../../services';
import { checkpointsOf } from '../about';
import { NOTHING, type Subject } from '../live-view';
import { common } from './common';

/** The subject of a panel of a report file that somebody opened. */
export function fileSubject(services: Services, file: string): Subject {
  return {
    view: 'report',
    title: path.basename(file),
    about: file,
    settable: false,
    matches: () => false,
    load: async () => ({ ...NOTHING, stored: await reportIn(file) }),
    async handle(wish) {
      if (wish.type === 'analyze' || wish.type === 'rerun' || wish.type === 'swap') {
        const [checkpoint, other] = await checkpointsOf(file);
        const [first, second] = wish.type === 'swap' ? [other, checkpoint] : [checkpoint, other];
        if (first === undefined) return;
        const request = await services.requests.make(first, second);
        if (request === undefined) return;
        services.queue.add(request);
        services.panels.show(request);
      } else await common(services, wish.type === 'rescale' ? (await checkpointsOf(file))[0] : file, wish);
    },
  };
}

async function reportIn(file: string): Promise<Report> {
  const { readReport } = await import('../../store/read-report');
  return readReport(file);
}

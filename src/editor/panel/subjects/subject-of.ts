import { isDocument } from '../../jobs/job';
import type { Services } from '../../services';
import type { About } from '../about';
import type { Subject } from '../live-view';
import { documentSubject } from './document';
import { fileSubject } from './report-file';
import { requestSubject } from './request';

/** The subject of a panel. */
export function subjectOf(services: Services, about: About): Subject {
  if (typeof about === 'string') return fileSubject(services, about);
  return isDocument(about) ? documentSubject(services, about) : requestSubject(services, about);
}

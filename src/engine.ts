import { serveParentProcess } from './engine/process-channel';
import { analyze } from './jobs/analyze';
import { compare } from './jobs/compare';
import { describe } from './jobs/describe';
import { estimate } from './jobs/estimate';
import { experiment } from './jobs/experiment';
import { hash } from './jobs/hash';
import { headers } from './jobs/headers';
import { interpolate } from './jobs/interpolate';
import { rescale } from './jobs/rescale';
import { train } from './jobs/train';
import { tryData } from './jobs/try-data';

serveParentProcess({
  analyze,
  interpolate,
  train,
  compare,
  rescale,
  experiment,
  describe,
  hash,
  headers,
  tryData,
  estimate,
});

import { serveParentProcess } from './engine/process-channel';
import { analyze } from './jobs/analyze';
import { describe } from './jobs/describe';
import { estimate } from './jobs/estimate';
import { hash } from './jobs/hash';
import { interpolate } from './jobs/interpolate';

serveParentProcess({ analyze, interpolate, describe, hash, estimate });

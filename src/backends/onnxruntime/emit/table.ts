import type { EmitTable } from '../emission';
import { arrangementOps } from './arrangement';
import { convolutionOps } from './convolution';
import { elementwiseOps } from './elementwise';
import { leaves } from './leaves';
import { lookupOps } from './lookup';
import { matmulOps } from './matmul';
import { poolingOps } from './pooling';
import { reductionOps } from './reduction';

/** How every primitive is written in the standard operators of ONNX: the compiler refuses a table with a row missing. */
export const standardOps: EmitTable = {
  ...leaves,
  ...elementwiseOps,
  ...arrangementOps,
  ...reductionOps,
  ...matmulOps,
  ...convolutionOps,
  ...poolingOps,
  ...lookupOps,
};

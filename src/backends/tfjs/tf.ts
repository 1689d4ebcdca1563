import type * as core from '@tensorflow/tfjs-core';

/** The operations of TensorFlow.js: its own package, or what tfjs-node brings along. */
export type Tf = typeof core;
export type Tensor = core.Tensor;

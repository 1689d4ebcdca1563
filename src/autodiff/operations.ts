/** Everything a layer is written with. */
export * from './primitives/arrangement';
export * from './primitives/convolution';
export * from './primitives/elementwise';
export * from './primitives/lookup';
export * from './primitives/matmul';
export * from './primitives/pooling';
export * from './primitives/reduction';

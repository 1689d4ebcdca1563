/** The Emscripten factory inside h5wasm, which the package ships but neither exports nor types. */
declare module '*/h5wasm/dist/esm/hdf5_util.js' {
  const create: (options: {
    noInitialRun: boolean;
    print(text: string): void;
    printErr(text: string): void;
  }) => typeof import('h5wasm').ready;
  export default create;
}

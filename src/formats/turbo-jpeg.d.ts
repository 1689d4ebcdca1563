/** libjpeg-turbo compiled to JavaScript; the package brings no types. */
declare module '@cornerstonejs/codec-libjpeg-turbo-8bit/decode' {
  interface JpegDecoder {
    /** Memory for the file's bytes, to be filled. */
    getEncodedBuffer(size: number): Uint8Array;
    /** Throws a number where the bytes are no JPEG. */
    decode(): void;
    /** The pixels, in the decoder's memory: to be copied. */
    getDecodedBuffer(): Uint8Array;
    delete(): void;
  }
  export interface TurboJpeg {
    readonly JPEGDecoder: new () => JpegDecoder;
  }
  const open: (options: {
    readonly print: (line: string) => void;
    readonly printErr: (line: string) => void;
  }) => Promise<TurboJpeg>;
  export default open;
}

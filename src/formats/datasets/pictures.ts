import turboJpeg, { type TurboJpeg } from '@cornerstonejs/codec-libjpeg-turbo-8bit/decode';
import { PNG } from 'pngjs';
import { UserError } from '../../core/errors';

/** A decoded picture, row-major, channels last. */
export interface Picture {
  readonly height: number;
  readonly width: number;
  /** 1 for gray, 3 for red, green and blue; transparency is left out, as Pillow's `convert('RGB')` does. */
  readonly channels: 1 | 3;
  readonly data: Uint8Array;
}

/** What of a picture stands in its first bytes. */
interface PictureSize {
  readonly kind: 'png' | 'jpeg';
  readonly height: number;
  readonly width: number;
  readonly gray: boolean;
}

/** Pictures beyond this many pixels are refused before anything is unpacked. */
const MOST_PIXELS = 2 ** 27;

const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const IHDR_END = 29;

/** Endings of pictures that are decoded. */
export const PICTURE_EXTENSIONS: ReadonlySet<string> = new Set(['.png', '.jpg', '.jpeg']);

/**
 * Decodes a PNG (pngjs) or JPEG (libjpeg-turbo, which Pillow and torchvision use too: the same bytes), told by its content.
 * @throws UserError that names the file, for anything else and for damaged, deep (16 bits) or CMYK ones
 */
export async function decodePicture(bytes: Uint8Array, name: string): Promise<Picture> {
  const size = sizeOfPicture(bytes, name);
  if (size.height * size.width > MOST_PIXELS)
    throw new UserError(`${name} claims ${size.width} x ${size.height} pixels, which is too large.`);
  return size.kind === 'png' ? decodePng(bytes, size, name) : decodeJpeg(bytes, size, name);
}

function sizeOfPicture(bytes: Uint8Array, name: string): PictureSize {
  if (PNG_SIGNATURE.every((byte, i) => bytes[i] === byte) && bytes.length >= IHDR_END)
    return sizeOfPng(bytes, name);
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return sizeOfJpeg(bytes, name);
  throw new UserError(`${name} is no PNG or JPEG picture: convert it, or take it out of the folder.`);
}

const damaged = (name: string): UserError =>
  new UserError(`${name} is cut off or damaged: copy it again, or take it out.`);

function sizeOfPng(bytes: Uint8Array, name: string): PictureSize {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [depth, color] = [bytes[24], bytes[25]];
  if (depth > 8) throw new UserError(`${name} has ${depth} bits a channel: convert it to 8.`);
  // Gray, with or without transparency.
  return {
    kind: 'png',
    width: view.getUint32(16),
    height: view.getUint32(20),
    gray: color === 0 || color === 4,
  };
}

/** Looks for the start of the frame, whose header has the size (ITU T.81, B.2.2). */
function sizeOfJpeg(bytes: Uint8Array, name: string): PictureSize {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 2; at + 9 < bytes.length;) {
    if (bytes[at] !== 0xff) throw damaged(name);
    const marker = bytes[at + 1];
    if (marker === 0xff) at++;
    else if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      const channels = bytes[at + 9];
      if (channels !== 1 && channels !== 3)
        throw new UserError(`${name} has ${channels} channels (CMYK): convert it to RGB.`);
      return {
        kind: 'jpeg',
        height: view.getUint16(at + 5),
        width: view.getUint16(at + 7),
        gray: channels === 1,
      };
    } else at += 2 + view.getUint16(at + 2);
  }
  throw damaged(name);
}

function decodePng(bytes: Uint8Array, { height, width, gray }: PictureSize, name: string): Picture {
  let rgba: Uint8Array;
  try {
    rgba = PNG.sync.read(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)).data;
  } catch {
    throw damaged(name);
  }
  if (rgba.length !== height * width * 4) throw damaged(name);
  const channels = gray ? 1 : 3;
  const data = new Uint8Array(height * width * channels);
  for (let pixel = 0; pixel < height * width; pixel++)
    for (let c = 0; c < channels; c++) data[pixel * channels + c] = rgba[pixel * 4 + c];
  return { height, width, channels, data };
}

let turbo: Promise<TurboJpeg> | undefined;

async function decodeJpeg(
  bytes: Uint8Array,
  { height, width, gray }: PictureSize,
  name: string,
): Promise<Picture> {
  turbo ??= turboJpeg({ print: () => undefined, printErr: () => undefined });
  const { JPEGDecoder } = await turbo;
  const decoder = new JPEGDecoder();
  try {
    decoder.getEncodedBuffer(bytes.length).set(bytes);
    decoder.decode();
    const channels = gray ? 1 : 3;
    const data = Uint8Array.from(decoder.getDecodedBuffer());
    if (data.length !== height * width * channels) throw damaged(name);
    return { height, width, channels, data };
  } catch (error) {
    // The decoder throws numbers.
    throw error instanceof UserError ? error : damaged(name);
  } finally {
    decoder.delete();
  }
}

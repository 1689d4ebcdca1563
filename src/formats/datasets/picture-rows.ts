import { setImmediate } from 'node:timers/promises';
import { throwIfCancelled, UserError } from '../../core/errors';
import type { DataRequest } from './choices';
import type { NamedArray } from './npy';
import { type Picture, decodePicture } from './pictures';
import { arrangePicture } from './resize';

/** Pictures of which nothing says how they were brought to one size: whoever asks a person asks for it. */
export class DifferentSizesError extends UserError {}

/** Bytes that the pictures of one part may take. */
const MOST_BYTES = 2 ** 32;

/** One encoded picture and what to call it. */
export interface EncodedPicture {
  readonly bytes: Uint8Array;
  readonly name: string;
}

/**
 * Decodes pictures into one array of bytes, [rows, height, width, channels], each resized and cropped as `image` says. Gray
 * ones among colored ones become colored.
 * @param get the picture in a place
 * @param folder what holds them, for messages
 * @throws UserError where they have different sizes, or take more memory than there is
 */
export async function pictureRows(
  rows: number,
  get: (row: number) => EncodedPicture,
  folder: string,
  { image = {}, signal }: DataRequest,
): Promise<NamedArray> {
  let data: Uint8Array | undefined;
  let first: (Picture & { readonly name: string }) | undefined;
  for (let row = 0; row < rows; row++) {
    throwIfCancelled(signal);
    if (row % 16 === 0) await setImmediate();
    const { bytes, name } = get(row);
    const picture = arrangePicture(await decodePicture(bytes, name), image, name);
    if (!first) {
      first = { ...picture, name };
      data = new Uint8Array(checkedSize(rows, picture, folder));
    }
    if (picture.channels === 3 && first.channels === 1) {
      // The gray ones before it are told apart from colored ones only now.
      const colored: NamedArray = await pictureRows(rows, get, folder, {
        image: { ...image, color: 'rgb' },
        signal,
      });
      return colored;
    }
    const fitting = first.channels === 3 ? arrangePicture(picture, { color: 'rgb' }, name) : picture;
    if (fitting.height !== first.height || fitting.width !== first.width)
      throw new DifferentSizesError(
        `The pictures in ${folder} have different sizes (${first.name} is ${first.width} x ${first.height}, ${name} ${picture.width} x ${picture.height}): say how they were brought to one, such as "image": {"resize": 256, "crop": 224} in landscape.json (--resize 256 --crop 224).`,
      );
    data!.set(fitting.data, row * fitting.data.length);
  }
  if (!first || !data) throw new UserError(`${folder} holds no pictures.`);
  return { name: 'pictures', shape: [rows, first.height, first.width, first.channels], data };
}

function checkedSize(rows: number, { height, width, channels }: Picture, folder: string): number {
  const bytes = rows * height * width * channels;
  if (bytes > MOST_BYTES)
    throw new UserError(
      `The ${rows} pictures in ${folder} take ${Math.round(bytes / 2 ** 30)} GiB: measure fewer, such as --samples 4096.`,
    );
  return bytes;
}

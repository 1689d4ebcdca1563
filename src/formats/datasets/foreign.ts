import { extname, join } from 'node:path';
import { UserError } from '../../core/errors';
import { hasBytes } from '../containers/head';
import type { Candidate } from './format';
import { namesIn } from './heads';

const startsWith = (head: Uint8Array, text: string): boolean =>
  hasBytes(head, [...Buffer.from(text, 'latin1')]);

/** Does a folder hold folders of pictures that are not decoded here? */
const holdsOtherPictures = (path: string): boolean =>
  namesIn(path).some((name) =>
    namesIn(join(path, name)).some((inner) => /\.(webp|bmp|gif|tiff?|ppm|avif)$/i.test(inner)),
  );

/** Kinds of data that are known and not read, each with its way out. */
const FOREIGN: readonly { readonly is: (candidate: Candidate) => boolean; readonly sentence: string }[] = [
  {
    is: ({ head }) => startsWith(head, '\xff\xff\xff\xff'),
    sentence: 'may be an Arrow stream under another name: give it the ending .arrow.',
  },
  {
    is: ({ head }) => startsWith(head, '\xff\xfe') || startsWith(head, '\xfe\xff'),
    sentence: 'is text in UTF-16: save it as UTF-8.',
  },
  {
    is: ({ path, isFolder }) => isFolder && holdsOtherPictures(path),
    sentence: 'holds pictures of other kinds than PNG and JPEG: convert them to PNG.',
  },
  {
    is: ({ head }) => startsWith(head, '\x89HDF\r\n\x1a\n'),
    sentence:
      'is an HDF5 file: save its arrays once with numpy.savez under x_train, y_train, x_test, y_test.',
  },
  {
    is: ({ head, path }) =>
      startsWith(head, '\x1f\x8b') || ['.zip', '.tar', '.tgz', '.xz'].includes(extname(path).toLowerCase()),
    sentence: 'is a packed archive: unpack it, and give what is in it.',
  },
  {
    is: ({ head }) => startsWith(head, '\x89PNG') || startsWith(head, '\xff\xd8\xff'),
    sentence: 'is one picture: give the folder that holds a folder of pictures for each class.',
  },
];

/** Refuses data of a kind that is known and not read, by one sentence with the way out. */
export function refuseForeign(candidate: Candidate): void {
  const found = FOREIGN.find(({ is }) => is(candidate));
  if (found) throw new UserError(`${candidate.path} ${found.sentence}`);
}

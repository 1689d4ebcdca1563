import { UserError } from '../../core/errors';
import type { ByteSource } from './source';

/** Bytes, or characters, of JSON that are read at most. */
export const LARGEST_JSON = 64 * 2 ** 20;
const DEEPEST_JSON = 200;

/**
 * Parses JSON that may be hostile: its size and depth are limited before it is parsed, since everything that walks it
 * later recurses.
 * @param name what the text is, for the message.
 * @throws UserError when it is too large, too deep or not JSON.
 */
export function parseJson(text: string, name: string): unknown {
  if (text.length > LARGEST_JSON)
    throw new UserError(`${name} is too large (${text.length} characters of JSON).`);
  if (depthOf(text) > DEEPEST_JSON) throw new UserError(`${name} is nested too deeply to be a model.`);
  try {
    return JSON.parse(text);
  } catch {
    throw new UserError(`${name} is damaged: it is not valid JSON. Copy or save the file again.`);
  }
}

/** The same for the whole of a source. */
export function readJson(source: ByteSource): unknown {
  return parseJson(readText(source), source.name);
}

/** The text of a source that holds JSON. */
export function readText(source: ByteSource): string {
  if (source.size > LARGEST_JSON)
    throw new UserError(`${source.name} is too large (${source.size} bytes of JSON).`);
  return new TextDecoder().decode(source.read(0, source.size));
}

function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (quoted) {
      if (code === 0x5c) i++;
      else if (code === 0x22) quoted = false;
    } else if (code === 0x22) quoted = true;
    else if (code === 0x5b || code === 0x7b) deepest = Math.max(deepest, ++depth);
    else if (code === 0x5d || code === 0x7d) depth--;
  }
  return deepest;
}

import { UserError } from '../../core/errors';
import type { ByteSource } from './source';

/** Bytes, or characters, of JSON that are read at most. */
export const LARGEST_JSON = 64 * 2 ** 20;
const DEEPEST_JSON = 200;
/** What the values of a text may take in memory once they are parsed; programs of PyTorch take 4 to 10 bytes a character. */
const LARGEST_PARSED = 400e6;
/** About what takes how many bytes of memory (measured in Node 20 to 24): a list or an object, a value, a name of its own. */
const PER_BRACKET = 70;
const PER_VALUE = 10;
const PER_NAME = 140;

/**
 * Parses JSON that may be hostile: its size, its depth (everything that walks it later recurses) and what it will take in
 * memory are limited before it is parsed: three bytes may ask for seventy.
 * @param name what the text is, for the message.
 * @throws UserError when it is too large, too deep or not JSON.
 */
export function parseJson(text: string, name: string): unknown {
  if (text.length > LARGEST_JSON)
    throw new UserError(`${name} is too large (${text.length} characters of JSON).`);
  const { depth, bytes } = claimsOf(text);
  if (depth > DEEPEST_JSON) throw new UserError(`${name} is nested too deeply to be a model.`);
  if (bytes > LARGEST_PARSED)
    throw new UserError(
      `${name} holds more values than any model needs (about ${Math.round(bytes / 1e6)} MB of them): save the model again.`,
    );
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

/** How deep a text nests, and about what its values take in memory. */
function claimsOf(text: string): { readonly depth: number; readonly bytes: number } {
  let depth = 0;
  let deepest = 0;
  let bytes = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (quoted) {
      if (code === 0x5c) i++;
      else if (code === 0x22) quoted = false;
    } else if (code === 0x22) quoted = true;
    else if (code === 0x5b || code === 0x7b) {
      deepest = Math.max(deepest, ++depth);
      bytes += PER_BRACKET;
    } else if (code === 0x5d || code === 0x7d) depth--;
    else if (code === 0x2c) bytes += PER_VALUE;
    else if (code === 0x3a) bytes += PER_NAME;
  }
  return { depth: deepest, bytes };
}

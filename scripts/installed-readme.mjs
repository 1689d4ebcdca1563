/** Pictures of at most so many bytes are in the page itself where no address leads to them. */
const MOST_PICTURE = 300_000;

/**
 * The README as the installed extension shows it: without what only somebody with the repository can do. The page has no
 * place of its own, so links to files lead into the repository where `manifest` names one; else they are plain words, and
 * pictures are in the page (`read` gives a file's bytes, by its path in the repository) unless they are large.
 */
export function installedReadme(text, { manifest = {}, read } = {}) {
  const cut = text.replace(/<!-- repository:[^]*?<!-- \/repository -->\n*/g, '');
  if (/<!-- \/?repository/.test(cut))
    throw new Error('README.md has a mark "repository" without its other end.');
  const address = repositoryOf(manifest);
  return withLinks(withPictures(cut, address, read), address);
}

/** `https://github.com/owner/name` of what npm takes for a repository; undefined where there is none. */
function repositoryOf({ repository }) {
  const given = typeof repository === 'string' ? repository : repository?.url;
  const short = /^(?:github:)?([\w.-]+\/[\w.-]+)$/.exec(given ?? '');
  if (short) return `https://github.com/${short[1]}`;
  return given
    ?.replace(/^git\+/, '')
    .replace(/\.git$/, '')
    .replace(/\/$/, '');
}

/** A picture stands in two themes; the page of an extension shows one, the dark one as its banner is. */
function withPictures(text, address, read) {
  return text.replace(/<picture>[^]*?<\/picture>\n*/g, (whole) => {
    const file = /srcset="([^"]+)"/.exec(whole)[1];
    const alt = /alt="([^"]*)"/.exec(whole)?.[1] ?? '';
    if (address) return `![${alt}](${address}/raw/HEAD/${file})\n\n`;
    const bytes = read?.(file);
    return bytes && bytes.length <= MOST_PICTURE
      ? `![${alt}](data:image/png;base64,${bytes.toString('base64')})\n\n`
      : '';
  });
}

/** Code in backticks and fences stays as it is. */
function withLinks(text, address) {
  return text.replace(
    /```[^]*?```|`[^`\n]*`|(?<!!)\[([^\]]+)\]\((?!\w+:|#)([^)\s]+)\)/g,
    (whole, words, target) => {
      if (target === undefined) return whole;
      return address ? `[${words}](${address}/blob/HEAD/${target})` : words;
    },
  );
}

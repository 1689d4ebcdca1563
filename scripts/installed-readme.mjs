/** The README as the installed extension shows it: without what only somebody with the repository can do. */
export function installedReadme(text) {
  const cut = text.replace(/<!-- repository:[^]*?<!-- \/repository -->\n*/g, '');
  if (/<!-- \/?repository/.test(cut))
    throw new Error('README.md has a mark "repository" without its other end.');
  return cut;
}

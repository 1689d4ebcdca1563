/** What the webview's page needs from its host. URIs come from `webview.asWebviewUri`. */
export interface PanelHtmlOptions {
  /** Cryptographically random, new for every page. */
  readonly nonce: string;
  readonly cspSource: string;
  readonly scriptUri: string;
  readonly styleUri: string;
  readonly title?: string;
}

/**
 * The hash of an empty inline style. The controls' design tokens put one into the head and fill it rule by rule,
 * which the policy then does not hinder; no other inline style passes.
 */
const EMPTY_STYLE = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='";

/**
 * The webview's page. Scripts run by nonce only; styles come from the extension's own file and from constructed
 * style sheets, so neither inline styles nor evaluation are allowed.
 */
export function panelHtml(options: PanelHtmlOptions): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${options.nonce}'`,
    `style-src ${options.cspSource} ${EMPTY_STYLE}`,
    'img-src data:',
    `font-src ${options.cspSource}`,
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${escapeHtml(options.styleUri)}">
<title>${escapeHtml(options.title ?? 'Landscape')}</title>
</head>
<body>
<main id="landscape"></main>
<script nonce="${escapeHtml(options.nonce)}" src="${escapeHtml(options.scriptUri)}"></script>
</body>
</html>
`;
}

/** What a page that stands alone is made of: the built `dist/webview/main.js` and `main.css`, and a `PanelState`. */
export interface StandaloneHtmlOptions {
  readonly script: string;
  /** The built `relief.js`, which a page whose document can be a surface cannot load. */
  readonly relief?: string;
  readonly style: string;
  readonly state: unknown;
  readonly title?: string;
}

/**
 * One self-contained page with the report in it: nothing is loaded from anywhere, and its policy lets nothing be.
 */
export function standaloneHtml(options: StandaloneHtmlOptions): string {
  const scripts = [...(options.relief === undefined ? [] : [options.relief]), options.script];
  const policy = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:";
  return `<!doctype html>
<html lang="en" class="standalone">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(options.title ?? 'Landscape')}</title>
<style>${options.style.replace(/<\/style/gi, '<\\/style')}</style>
</head>
<body>
<main id="landscape"></main>
<script type="application/json" id="landscape-state">${escapeJson(options.state)}</script>
${scripts.map((script) => `<script>${escapeScript(script)}</script>`).join('\n')}
</body>
</html>
`;
}

/** JSON that can stand inside a script element: no `<`, no line or paragraph separator, the same value when parsed. */
export function escapeJson(value: unknown): string {
  return JSON.stringify(value)
    .replace(/</g, '\\u003c')
    .replace(/>/g, '\\u003e')
    .replace(/\u2028/g, '\\u2028')
    .replace(/\u2029/g, '\\u2029');
}

/** Text for an element or a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** These sequences can only stand in strings, templates and regular expressions, where the backslash changes nothing. */
function escapeScript(script: string): string {
  return script.replace(/<\/(script)/gi, '<\\/$1').replace(/<!--/g, '<\\!--');
}

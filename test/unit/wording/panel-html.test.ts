import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { escapeJson, panelHtml, standaloneHtml } from '../../../src/wording/panel-html';

const HOSTILE = '</script><script>alert(1)</script><!--\u2028\u2029"\'&';

test('no text of a report can leave its element', () => {
  const html = standaloneHtml({
    script: '0',
    style: '',
    state: { title: HOSTILE },
    title: '</title><script>',
  });
  assert.equal(html.match(/<script/g)?.length, 2);
  assert.equal(html.match(/<\/script>/g)?.length, 2);
  assert.doesNotMatch(html, /<!--|\u2028|\u2029/);
});

test('escaped state parses to itself', () => {
  const state = { title: HOSTILE, nested: [1, null, { '<b>': '\\u003c' }] };
  assert.deepEqual(JSON.parse(escapeJson(state)), state);
});

test('the script keeps its meaning when its strings hold markup', () => {
  const script = 'globalThis.result = "</script>" + `<!--`;';
  const html = standaloneHtml({ script, style: 'a::after{content:"</style>"}', state: {} });
  const embedded = html.slice(html.lastIndexOf('<script>') + 8, html.lastIndexOf('</script>'));
  const scope: { result?: string } = {};
  runInNewContext(embedded, scope);
  assert.equal(scope.result, '</script><!--');
  assert.equal(html.match(/<\/style>/g)?.length, 1);
});

test('the webview allows nothing but its own script by nonce, its own styles and data images', () => {
  const html = panelHtml({
    nonce: 'abc',
    cspSource: 'vscode-resource:',
    scriptUri: 'main.js',
    styleUri: 'main.css',
  });
  assert.match(html, /default-src &#39;none&#39;/);
  assert.match(html, /script-src &#39;nonce-abc&#39;;/);
  assert.match(html, /<script nonce="abc" src="main.js">/);
  assert.doesNotMatch(html, /unsafe/);
  assert.doesNotMatch(html, / style="|<style/);
});

test('a page that stands alone has the script of the surface before its own, where it is given one', () => {
  const scripts = (html: string) =>
    [...html.matchAll(/<script>([^<]*)<\/script>/g)].map(([, script]) => script);
  const parts = { script: 'main()', style: '', state: {} };
  assert.deepEqual(scripts(standaloneHtml({ ...parts, relief: 'relief()' })), ['relief()', 'main()']);
  assert.deepEqual(scripts(standaloneHtml(parts)), ['main()']);
});

test('nothing is loaded by a page that stands alone', () => {
  const html = standaloneHtml({ script: '0', style: '', state: {} });
  assert.doesNotMatch(html, /\b(src|href)=/);
});

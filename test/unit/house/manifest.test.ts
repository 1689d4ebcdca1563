import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ANALYSIS_SETTINGS, type AnalysisSetting } from '../../../src/contract/analysis-settings';
import { NETWORK_ENDINGS, WEIGHTS_ENDINGS } from '../../../src/contract/vocabulary';
import { analyzeRequestSchema, settingsSchema } from '../../../src/contract/settings';
import { installedReadme } from '../../../scripts/installed-readme.mjs';
import { VERSION } from '../../../src/core/version';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

interface DeclaredSetting {
  default: unknown;
  order: number;
  type: unknown;
  minimum?: number;
  maximum?: number;
  enum?: string[];
}

interface Manifest {
  version: string;
  license: string;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
  engines: { vscode: string };
  icon: string;
  activationEvents: string[];
  capabilities: { untrustedWorkspaces: { restrictedConfigurations: string[] } };
  contributes: {
    commands: { command: string; title: string; category: string }[];
    menus: Record<string, { command: string; when: string }[]>;
    configuration: { properties: Record<string, DeclaredSetting> };
    jsonValidation: { url: string }[];
    walkthroughs: { steps: { description: string; media: { markdown: string } }[] }[];
  };
}

const text = read('package.json');
const manifest = JSON.parse(text) as Manifest;
const { contributes } = manifest;
const names = new Set(contributes.commands.map(({ command }) => command));
const strings = JSON.parse(read('package.nls.json')) as Record<string, string>;

/** The same words as the explorer: does the context menu appear on this file? */
function appliesTo(when: string, file: string): boolean {
  const [extension, name] = [path.extname(file), path.basename(file)];
  const matches = [...when.matchAll(/(resourceExtname|resourceFilename) =~ \/(.*?)\/i(?=[ )|]|$)/g)];
  assert.ok(matches.length > 0, when);
  return matches.some(([, key, pattern]) =>
    new RegExp(String(pattern), 'i').test(key === 'resourceExtname' ? extension : name),
  );
}

describe('the manifest', () => {
  it('takes every string from package.nls.json, and every string there is used', () => {
    const used = new Set([...text.matchAll(/"%([\w.-]+)%"/g)].map(([, key]) => String(key)));
    assert.deepEqual([...used].sort(), Object.keys(strings).sort());
    for (const { title, category } of contributes.commands) {
      assert.match(title, /^%.*%$/);
      assert.equal(category, 'Landscape');
    }
  });

  it('names only declared commands in menus, walkthrough and welcome', () => {
    const inMenus = Object.values(contributes.menus).flatMap((entries) =>
      entries.map(({ command }) => command),
    );
    const inLinks = [
      ...Object.values(strings)
        .join('\n')
        .matchAll(/\(command:([\w.]+)\)/g),
    ].map(([, c]) => c);
    const inEvents = [...text.matchAll(/"onCommand:([\w.]+)"/g)].map(([, c]) => c);
    assert.ok(inLinks.length > 0 && inEvents.length > 0);
    for (const command of [...inMenus, ...inLinks, ...inEvents])
      assert.ok(names.has(String(command)), String(command));
  });

  it('offers each command on the files it is for and on nothing else', () => {
    const named = (endings: readonly string[]) => endings.map((ending) => `a.${ending}`);
    const checkpoints = [...named(NETWORK_ENDINGS), 'A.KERAS', 'model.json', 'my-model.json'];
    const runs = ['a.run.json', 'A.RUN.JSON'];
    const experiments = ['a.experiment.json', 'my-own.experiment.json'];
    const others = [
      'datamodel.json',
      'package.json',
      'model.json.bak',
      'a.keras.txt',
      'keras',
      'b.h55',
      'group1-shard1of1.bin',
      'd.onnxx',
      'x.py',
    ];
    const pytorch = [...named(WEIGHTS_ENDINGS), 'A.PTH', 'pytorch_model.bin', 'adapter_model.bin'];
    others.push('run.json', 'a.run.jsonc', 'experiment.json', 'landscape.json', 'a-run.json');
    const meant = (command: string): string[] =>
      ({
        'landscape.train': runs,
        'landscape.experiment': experiments,
        'landscape.analyze': checkpoints,
        'landscape.analyzePytorch': pytorch,
        'landscape.findModel': pytorch,
      })[command] ?? [...checkpoints, ...pytorch];
    for (const menu of ['explorer/context', 'editor/title/context', 'editor/title'])
      for (const { command, when } of contributes.menus[menu] ?? []) {
        // On a folder only where the index has found a run.
        if (when === 'explorerResourceIsFolder && resourcePath in landscape.runFolders') continue;
        // A run that begins has no checkpoint yet.
        if (command === 'landscape.watch' && when === 'explorerResourceIsFolder') continue;
        // In the title of our own panel, whatever it shows.
        if (when === "activeWebviewPanelId == 'landscape.panel'") continue;
        for (const file of [...checkpoints, ...runs, ...experiments, ...pytorch, ...others])
          assert.equal(appliesTo(when, file), meant(command).includes(file), `${command} on ${file}`);
      }
  });

  it('has the defaults and limits that the engine takes', () => {
    const settings = contributes.configuration.properties;
    const engineOnly = ['landscape.budgetSeconds', 'landscape.tensorflowPath'];
    for (const [name, { default: value }] of Object.entries(settings)) {
      // The engine runs no Python and shows nothing; how long a run is waited for, and where, is no setting of an analysis.
      const ofEditor = ['pythonPath', 'watchIdleMinutes', 'figuresInCode', 'on'];
      if (ofEditor.some((each) => name === `landscape.${each}`)) continue;
      const key = name.replace('landscape.', '');
      const schema = engineOnly.includes(name) ? analyzeRequestSchema : settingsSchema;
      const shape: Record<string, { safeParse: (value: unknown) => { success: boolean } }> = schema.shape;
      if (name === 'landscape.samples') {
        // One kind of value alone has a control in the settings editor: a text, read as a count.
        assert.equal(typeof value, 'string');
        assert.ok(settingsSchema.shape.samples.safeParse(Number(value)).success);
        continue;
      }
      assert.ok(shape[key], `${name} is no setting of an analysis`);
      assert.ok(shape[key].safeParse(value).success, `${name} = ${String(value)}`);
    }
    for (const [name, facts] of Object.entries<AnalysisSetting>(ANALYSIS_SETTINGS)) {
      const declared = settings[`landscape.${name}`];
      if (declared === undefined) continue;
      if (facts.kind === 'count')
        assert.deepEqual([declared.minimum, declared.maximum], [facts.least, facts.most], name);
      if (facts.kind === 'choice') assert.deepEqual(declared.enum, facts.choices, name);
    }
    const orders = Object.values(settings).map(({ order }) => order);
    assert.equal(new Set(orders).size, orders.length);
  });

  it('restricts what names native code or a program to trusted workspaces', () => {
    assert.deepEqual(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations, [
      'landscape.tensorflowPath',
      'landscape.pythonPath',
      // A profile's lines of the shell are run by whoever submits.
      'landscape.on',
    ]);
  });

  it('wakes up for every language with a hover and for a restored panel', () => {
    const languages = ['python', 'javascript', 'typescript', 'typescriptreact', 'javascriptreact'];
    for (const language of [...languages, 'json', 'jsonc', 'yaml'])
      assert.ok(manifest.activationEvents.includes(`onLanguage:${language}`), language);
    assert.ok(manifest.activationEvents.includes('onNotebook:jupyter-notebook'));
    assert.ok(manifest.activationEvents.includes('onWebviewPanel:landscape.panel'));
    assert.ok(!manifest.activationEvents.includes('*'));
  });

  it('gives each setting one type, so that each has a control in the settings editor', () => {
    for (const [name, { type }] of Object.entries(contributes.configuration.properties))
      assert.equal(typeof type, 'string', name);
  });

  it('shows nothing on its installed page that only the repository can do', () => {
    const shown = installedReadme(read('README.md'));
    assert.doesNotMatch(shown, /npm (?!run readme)|npx |node dist|test:electron/);
    assert.match(shown, /^# Landscape\n[^]*## In the editor/);
    assert.throws(() => installedReadme('<!-- repository: a -->'), /without its other end/);
  });

  it('has a page whose links and pictures lead into the repository, or are plain words and in the page', () => {
    const page =
      '[docs](docs/A.md#b), [web](https://x.y), [above](#top), `[code](a.md)`\n\n<picture>\n<source media="(prefers-color-scheme: dark)" srcset="media/a-dark.png">\n<img src="media/a-light.png" alt="A panel">\n</picture>\n\nEnd';
    const kept = '[web](https://x.y), [above](#top), `[code](a.md)`';
    for (const repository of ['o/n', { url: 'git+https://github.com/o/n.git' }])
      assert.equal(
        installedReadme(page, { manifest: { repository } }),
        `[docs](https://github.com/o/n/blob/HEAD/docs/A.md#b), ${kept}\n\n![A panel](https://github.com/o/n/raw/HEAD/media/a-dark.png)\n\nEnd`,
      );
    const bytes = (file: string) => Buffer.from(file);
    const inPage = Buffer.from('media/a-dark.png').toString('base64');
    assert.equal(
      installedReadme(page, { read: bytes }),
      `docs, ${kept}\n\n![A panel](data:image/png;base64,${inPage})\n\nEnd`,
    );
    assert.equal(installedReadme(page, { read: () => Buffer.alloc(1e6) }), `docs, ${kept}\n\nEnd`);
    const own = installedReadme(read('README.md'), { read: () => Buffer.from('x') });
    for (const [, target] of own.replace(/^```[^]*?^```/gm, '').matchAll(/\]\(([^)\s]+)\)/g))
      assert.match(target, /^(https:|#|data:image\/png)/);
  });

  it('points to files that exist', () => {
    const files = [
      manifest.icon,
      ...contributes.jsonValidation.map(({ url }) => url),
      ...contributes.walkthroughs.flatMap(({ steps }) => steps.map(({ media }) => media.markdown)),
    ];
    for (const file of files) assert.ok(existsSync(path.join(root, file)), file);
  });

  it('has the version that reports and the terminal name, and a place in the changelog', () => {
    assert.equal(VERSION, manifest.version);
    assert.ok(read('CHANGELOG.md').includes(`\n## ${VERSION}\n`));
    const citation = read('CITATION.cff').split('\n');
    assert.ok(citation.includes(`version: ${VERSION}`));
    assert.ok(citation.includes(`license: ${manifest.license}`));
  });

  it('was built against the oldest VS Code it says it runs in', () => {
    assert.equal(`^${String(manifest.devDependencies['@types/vscode'])}`, manifest.engines.vscode);
  });
});

describe('the lockfile', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as {
    packages: Record<
      string,
      { version: string; resolved?: string; dependencies?: Record<string, string> } & Partial<Manifest>
    >;
  };

  it('holds every dependency at its pinned version, the optional one with its tree too', () => {
    // npm takes tfjs-node out of the tree where its download fails; a lockfile written then would lack it for all.
    const all = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies };
    for (const [name, version] of Object.entries(all)) {
      assert.match(version, /^\d+\.\d+\.\d+$/, `${name} is not pinned`);
      assert.equal(packages[`node_modules/${name}`]?.version, version, name);
    }
    assert.deepEqual(packages['']?.optionalDependencies, manifest.optionalDependencies);
    for (const name of Object.keys(packages['node_modules/@tensorflow/tfjs-node']?.dependencies ?? {}))
      assert.ok(
        packages[`node_modules/${name}`] ??
          packages[`node_modules/@tensorflow/tfjs-node/node_modules/${name}`],
        name,
      );
  });

  it('names no registry but the public one', () => {
    for (const { resolved } of Object.values(packages))
      if (resolved !== undefined) assert.match(resolved, /^https:\/\/registry\.npmjs\.org\//);
  });
});

import { type SeenText, placesIn } from '../../src/editor/lines/lines-of';
import { type NetworkFigures, structureOf } from '../../src/editor/lines/network-figures';
import { PythonText } from '../../src/python/lines/python-text';
import type { LayerCurvature } from '../../src/contract/report';

/** Classes in the file, and layers of each. */
const CLASSES = 60;
const LAYERS = 20;
/** Reports of checkpoints, each of a network of so many of these classes. */
const REPORTS = 60;
const USED = 3;

/** What an edit of a large file of networks costs where figures are shown at its lines: milliseconds of each of some edits. */
export function editTimes(edits: number): { readonly name: string; readonly times: readonly number[] } {
  const code = Array.from({ length: CLASSES }, (_, i) => classCode(i)).join('\n\n');
  const networks = Array.from({ length: REPORTS }, (_, i) => network(i));
  const times = Array.from({ length: edits }, (_, i) => {
    const text = code.replace('# edited', `# edited ${i}`);
    const begun = performance.now();
    const file: SeenText = { path: '/w/nets.py', text: new PythonText(text), stands: () => true };
    const { length } = placesIn(file, networks);
    const spent = performance.now() - begun;
    if (length !== USED * LAYERS) throw new Error(`${length} lines have figures`);
    return spent;
  });
  const lines = code.split('\n').length;
  return { name: `an edit of ${lines} lines with figures at ${USED * LAYERS}, ${REPORTS} reports`, times };
}

function classCode(i: number): string {
  const layers = Array.from(
    { length: LAYERS },
    (_, k) => `        self.fc${k} = nn.Linear(${k + 4}, ${k + 5})`,
  );
  const calls = layers.map((_, k) => `        x = F.relu(self.fc${k}(x))  # edited`);
  return [
    `class Net${i}(nn.Module):`,
    '    """A network."""',
    '    def __init__(self):',
    '        super().__init__()',
    ...layers,
    '    def forward(self, x):',
    ...calls,
  ].join('\n');
}

function network(i: number): NetworkFigures {
  const layers = Array.from({ length: USED * LAYERS }, (_, k) => [
    Math.floor(k / LAYERS),
    k % LAYERS,
  ]).flatMap(([of, k]) => (['weight', 'bias'] as const).map((parameter) => layer(of, k, parameter)));
  const about = `/w/${i}.landscape.json`;
  return {
    ...{ checkpoint: `/w/${i}.pt2`, about, stored: { path: about, request: undefined } },
    ...{
      report: {} as NetworkFigures['report'],
      layers,
      structure: structureOf(layers),
      total: layers.length,
    },
  };
}

function layer(of: number, k: number, parameter: 'weight' | 'bias'): LayerCurvature {
  const attribute = `fc${k}.${parameter}`;
  return {
    ...{ name: `net${of}.${attribute}`, layer: `net${of}.fc${k}`, parameters: 1, norm: 1 },
    shape: parameter === 'weight' ? [k + 5, k + 4] : [k + 5],
    trace: { value: 1, standardError: 0 },
    source: {
      ...{
        file: 'nets.py',
        line: 1,
        kind: 'definition',
        text: `nn.Linear(${k + 4}, ${k + 5})`,
        module: 'Linear',
      },
      owners: [{ file: 'nets.py', className: `Net${of}`, attribute, path: `net${of}` }],
    },
  };
}

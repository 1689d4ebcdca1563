import { loadsInPython } from '../../src/editor/loads/loads-in';
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

/** Functions that load a checkpoint each, and settings that are none. */
const LOADERS = 260;

/**
 * What an edit of a large file costs in which networks are made and checkpoints loaded, and figures are shown at both:
 * milliseconds of the processor for each of some edits, after some that are not counted. What goes on in the background
 * (freeing memory, compiling) is counted, too.
 */
export function editTimes(edits: number): { readonly name: string; readonly times: readonly number[] } {
  const code = [
    ...Array.from({ length: CLASSES }, (_, i) => classCode(i)),
    ...Array.from({ length: LOADERS }, (_, i) => loaderCode(i)),
  ].join('\n\n');
  const networks = Array.from({ length: REPORTS }, (_, i) => network(i));
  const times = Array.from({ length: WARM_UP + edits }, (_, i) => {
    const text = code.replace('# edited', `# edited ${i}`);
    const begun = process.cpuUsage();
    const read = new PythonText(text);
    const file: SeenText = { path: '/w/nets.py', text: read, stands: () => true };
    const { length } = placesIn(file, networks);
    const loads = loadsInPython(read);
    const { user, system } = process.cpuUsage(begun);
    if (length !== USED * LAYERS) throw new Error(`${length} lines have figures`);
    if (loads.length === 0) throw new Error('no calls load checkpoints');
    return (user + system) / 1000;
  });
  const lines = code.split('\n').length;
  return {
    name: `an edit of ${lines} lines with figures at ${USED * LAYERS}, ${REPORTS} reports, ${LOADERS} calls that load`,
    times: times.slice(WARM_UP),
  };
}

/** Edits by which what reads the text has been compiled. */
const WARM_UP = 5;

const loaderCode = (i: number): string =>
  [
    `def evaluate_${i}(config, device="cpu"):`,
    `    """Evaluates the network of epoch ${i}, and says 'how' it did."""`,
    `    network = load_model("runs/a/epoch-${String(i).padStart(3, '0')}.keras")`,
    `    with open(f"results/{config.name}-${i}.json") as file:`,
    '        settings = json.load(file)',
    '    scores = [network.evaluate(x, y, batch_size=64) for x, y in batches(config, "test")]',
    '    return {"scores": scores, "mean": sum(scores) / max(1, len(scores)), **settings}',
  ].join('\n');

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

import type { Surface } from '../../contract/surface';

/** Python's own spelling of a text. */
const quoted = (text: string): string => JSON.stringify(text);

/** A window more for each figure of a map of sharpness, with one picture's beside another's. */
const mapLines = (prefix: string, count: number): string[] => [
  'for name, title in (("map_largest", "largest eigenvalue"), ("map_gradient_norm_over_rows", "gradient norm")):',
  `    figure, plots = plt.subplots(1, ${count}, figsize=(${count > 1 ? 4.5 * count : 6}, 5), squeeze=False)`,
  '    for i, plot in enumerate(plots[0]):',
  `        part = lambda name: data[${prefix} + name]`,
  '        cells = plot.pcolormesh(part("map_x"), part("map_y"), part(name), shading="nearest")',
  '        lines = plot.contour(part("map_x"), part("map_y"), part(name), colors="black", linewidths=0.5)',
  '        plot.clabel(lines, fontsize=7)',
  '        plot.set(title=titles[i], xlabel=axes[i][0], ylabel=axes[i][1])',
  '        figure.colorbar(cells, ax=plot, label=title, format="%.3g")',
];

/** The lines of Python that draw the same contours from the `.npz` of a surface, which lies beside them under the same name. */
export function matplotlibLines({ pictures, levels, title }: Surface): string {
  const several = pictures.length > 1;
  const prefix = several ? 'f"picture_{i + 1}_"' : '""';
  return [
    'from pathlib import Path',
    '',
    'import numpy as np',
    'import matplotlib.pyplot as plt',
    ...(levels.kind === 'logarithmic' ? ['from matplotlib.colors import LogNorm'] : []),
    '',
    'data = np.load(Path(__file__).with_suffix(".npz"))',
    `titles = [${pictures.map(({ label }) => quoted(label)).join(', ')}]`,
    `axes = [${pictures.map(({ axes }) => `(${axes.map(({ label }) => quoted(label)).join(', ')})`).join(', ')}]`,
    `figure, plots = plt.subplots(1, ${pictures.length}, figsize=(${several ? 4.5 * pictures.length : 6}, 5), squeeze=False)`,
    'for i, plot in enumerate(plots[0]):',
    `    part = lambda name: data[${prefix} + name]`,
    '    x, y, loss, levels = part("x"), part("y"), part("train_loss"), data["levels"]',
    `    filled = plot.contourf(x, y, loss, levels=levels, extend="both"${levels.kind === 'logarithmic' ? `, norm=LogNorm(max(levels[0], 1e-12), levels[-1])` : ''})`,
    '    lines = plot.contour(x, y, loss, levels=levels, colors="black", linewidths=0.5)',
    '    plot.clabel(lines, fontsize=7)',
    '    for run in np.unique(part("runs")):',
    '        marks = part("marks")[part("runs") == run]',
    '        plot.plot(marks[:, 0], marks[:, 1], "o-" if len(marks) > 1 else "o", color="white", markeredgecolor="black")',
    '    plot.set(title=titles[i], xlabel=axes[i][0], ylabel=axes[i][1])',
    'figure.colorbar(filled, ax=plots, label="training loss", format="%.3g")',
    `figure.suptitle(${quoted(title)})`,
    ...(pictures.some(({ sharpness }) => sharpness) ? mapLines(prefix, pictures.length) : []),
    'plt.show()',
    '',
  ].join('\n');
}

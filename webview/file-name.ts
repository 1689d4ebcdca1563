import type { PanelState } from '../src/contract/panel-protocol';

/** The name an export is offered under: `residual-digits-spectrum.svg`. */
export function exportName(state: PanelState | undefined, part: string, extension: string): string {
  const stem = (state?.title ?? 'landscape')
    .replace(/\.(keras|h5|hdf5|onnx|pt2|json)$/i, '')
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/^[-.]+|-+$/g, '');
  return `${stem || 'landscape'}-${part}.${extension}`;
}

/** How a checkpoint is called beside another: its last folder and file, without the extension. */
export function shortName(checkpoint: { readonly path: string }): string {
  const parts = checkpoint.path.split(/[\\/]/).filter(Boolean);
  return parts
    .slice(-2)
    .join('/')
    .replace(/\.(keras|h5|hdf5|onnx|pt2)$/i, '');
}

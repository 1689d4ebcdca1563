import type * as chunk from './chunk';

/** The surface, turning and still. */
export type ReliefChunk = typeof chunk;

/** Brings the script of the surface, which most pages never need. */
export interface ReliefLoader {
  /** Undefined until it is there. */
  readonly loaded: ReliefChunk | undefined;
  /** @throws Error where it cannot be loaded; it is then tried again at the next call. */
  load(): Promise<ReliefChunk>;
}

/** The name that `esbuild.mjs` gives to what the script holds. */
interface WithRelief {
  landscapeRelief?: ReliefChunk;
}

/**
 * Loads the script from beside the page's own, under the same nonce. A page that stands alone has it in itself.
 *
 * @param own the script that the page has begun with.
 */
export function reliefLoader(own: HTMLOrSVGScriptElement | null): ReliefLoader {
  const held = globalThis as WithRelief;
  let loading: Promise<ReliefChunk> | undefined;
  return {
    get loaded() {
      return held.landscapeRelief;
    },
    load() {
      loading ??= brought(own).then(
        () => {
          if (held.landscapeRelief) return held.landscapeRelief;
          throw new Error('The script of the surface holds none.');
        },
        (error: unknown) => {
          loading = undefined;
          throw error;
        },
      );
      return loading;
    },
  };
}

function brought(own: HTMLOrSVGScriptElement | null): Promise<void> {
  if (!(own instanceof HTMLScriptElement) || !own.src)
    return Promise.reject(new Error('This page was saved without its surface.'));
  const script = document.createElement('script');
  script.nonce = own.nonce;
  script.src = new URL('relief.js', own.src).href;
  return new Promise((resolve, reject) => {
    script.addEventListener('load', () => resolve());
    script.addEventListener('error', () => reject(new Error(`${script.src} could not be loaded.`)));
    document.head.append(script);
  });
}

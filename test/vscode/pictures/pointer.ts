import type { Page } from 'playwright-core';

/** A screenshot has no pointer, so an arrow is laid over the page where the mouse was moved to. */
export async function showPointer(
  page: Page,
  { x, y }: { readonly x: number; readonly y: number },
): Promise<void> {
  await page.evaluate(
    ([left, top]) => {
      const id = 'landscape-pointer';
      const pointer = document.getElementById(id) ?? document.createElement('div');
      pointer.id = id;
      const shape = 'M1 1 L1 17 L5 13.5 L7.6 19.4 L10.2 18.2 L7.6 12.5 L13 12.5 Z';
      const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
      svg.setAttribute('width', '20');
      svg.setAttribute('height', '24');
      const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
      for (const [name, value] of [
        ['d', shape],
        ['fill', '#fff'],
        ['stroke', '#000'],
        ['stroke-width', '1.2'],
      ])
        path.setAttribute(name, value);
      svg.append(path);
      pointer.replaceChildren(svg);
      pointer.style.position = 'fixed';
      pointer.style.zIndex = '1000000';
      pointer.style.pointerEvents = 'none';
      pointer.style.left = `${left}px`;
      pointer.style.top = `${top}px`;
      document.body.append(pointer);
    },
    [x, y],
  );
}

/** Takes the arrow away. */
export const hidePointer = (page: Page): Promise<void> =>
  page.evaluate(() => document.getElementById('landscape-pointer')?.remove());

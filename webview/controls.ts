import { provideVSCodeDesignSystem, vsCodeButton } from '@vscode/webview-ui-toolkit';

// The one importer of the toolkit, so that another set of controls can take its place.

/** Defines the toolkit's elements; call once, before the first control is made. */
export function registerControls(): void {
  provideVSCodeDesignSystem().register(vsCodeButton());
}

export interface ButtonOptions {
  readonly appearance: 'primary' | 'secondary' | 'icon';
  readonly onClick: () => void;
  readonly testId?: string;
  /** What a screen reader says where the text is no name, as with an icon. */
  readonly name?: string;
}

/** A button of the toolkit. `content` is its text, or an icon. */
export function button(content: string | Node, options: ButtonOptions): HTMLElement {
  const element = document.createElement('vscode-button');
  element.setAttribute('appearance', options.appearance);
  if (options.testId) element.dataset.testid = options.testId;
  if (options.name) {
    element.setAttribute('aria-label', options.name);
    element.title = options.name;
  }
  element.append(content);
  element.addEventListener('click', options.onClick);
  return element;
}

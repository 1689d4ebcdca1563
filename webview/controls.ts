import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeDropdown,
  vsCodeOption,
} from '@vscode/webview-ui-toolkit';

// The one importer of the toolkit, so that another set of controls can take its place.

/** Defines the toolkit's elements; call once, before the first control is made. */
export function registerControls(): void {
  provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeDropdown(), vsCodeOption());
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

export interface ChoiceOption {
  readonly value: string;
  readonly label: string;
}

/** A list of which one is chosen. `set` changes the list and what is chosen without telling anybody. */
export function choice(
  name: string,
  onChoose: (value: string) => void,
): { readonly element: HTMLElement; set(options: readonly ChoiceOption[], chosen: string): void } {
  const element = document.createElement('vscode-dropdown') as HTMLElement & { value: string };
  element.setAttribute('aria-label', name);
  element.title = name;
  let shown = '';
  element.addEventListener('change', () => {
    if (element.value !== shown) onChoose((shown = element.value));
  });
  return {
    element,
    set(options, chosen) {
      const wanted = options.map(({ value }) => value).join('\n');
      if (element.dataset.options !== wanted) {
        element.dataset.options = wanted;
        element.replaceChildren(
          ...options.map(({ value, label }) => {
            const option = document.createElement('vscode-option');
            option.setAttribute('value', value);
            option.textContent = label;
            return option;
          }),
        );
      }
      shown = chosen;
      element.value = chosen;
    },
  };
}

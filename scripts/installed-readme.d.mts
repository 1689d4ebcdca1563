export function installedReadme(
  text: string,
  page?: {
    readonly manifest?: { readonly repository?: string | { readonly url: string } };
    readonly read?: (file: string) => Buffer | undefined;
  },
): string;

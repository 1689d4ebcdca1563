export function installedReadme(text: string): string;

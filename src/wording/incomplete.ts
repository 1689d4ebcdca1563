/** The title of a document that lacks a part that was asked for, wherever it is shown or kept. */
export const incompleteTitle = (title: string): string => `${title} (incomplete)`.trimStart();

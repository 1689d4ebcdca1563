import * as z from 'zod';

/** What a report may suggest to do; whoever shows it may know how to do it. */
export const SUGGESTIONS = ['scale-inputs'] as const;

/** Something that a reader should decide before the figures are believed. `text` stands among the report's notes too. */
export const suggestionSchema = z.object({ id: z.enum(SUGGESTIONS), text: z.string() });
export type Suggestion = z.infer<typeof suggestionSchema>;

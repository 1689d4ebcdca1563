import * as z from 'zod';
import { SUGGESTIONS } from './vocabulary';

/** Something that a reader should decide before the figures are believed. `text` stands among the report's notes too. */
export const suggestionSchema = z.object({ id: z.enum(SUGGESTIONS), text: z.string() });
export type Suggestion = z.infer<typeof suggestionSchema>;

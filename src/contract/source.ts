import * as z from 'zod';

/** A class of the network's author that holds a tensor, and the way from an instance of it to the tensor. */
const ownerSchema = z.object({
  /** The last parts of the path of the class's file, `models/net.py`: what stands before them is of another machine. */
  file: z.string(),
  className: z.string(),
  /** From `self` of that class on: `conv1.weight`, `short.0.weight`. */
  attribute: z.string(),
  /** Which instance of the class: its path in the network, '' for the network itself. */
  path: z.string(),
});

/** Where in the code a tensor comes from, as far as its file remembers it. */
export const sourceSchema = z.object({
  /** The last parts of the file's path. */
  file: z.string(),
  /** Counted from 1. */
  line: z.int(),
  /** Is it the line that makes the layer, found in the code beside the checkpoint, or the one that calls it? */
  kind: z.enum(['definition', 'call']),
  /** What stood there, its spaces made single; of a definition the expression alone. */
  text: z.string(),
  /** The class of the module whose tensor it is, `Conv2d`. */
  module: z.string().optional(),
  /** The innermost first. */
  owners: z.array(ownerSchema),
  /** The owners of a tied parameter under its other names. */
  ties: z.array(z.array(ownerSchema)).optional(),
});

export type LayerSource = z.infer<typeof sourceSchema>;
export type Owner = z.infer<typeof ownerSchema>;

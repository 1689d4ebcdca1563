import * as z from 'zod';

const line = z.string().regex(/^[^\r\n\0]*$/, 'one line');

/** How processes are started on a cluster: what its people know of it, and no job can. */
export const profileSchema = z
  .strictObject({
    partition: line.regex(/^\S+$/, 'a name').describe('The partition; the cluster’s own choice if left out.'),
    time: z
      .string()
      .regex(/^(\d+-)?\d+(:\d{1,2}){0,2}$/, 'minutes, H:MM:SS or D-HH:MM:SS')
      .describe(
        'How long a task may take, as Slurm writes it (minutes, H:MM:SS, D-HH:MM:SS); from the estimate if left out.',
      ),
    memory: z
      .string()
      .regex(/^[1-9]\d*[KMGT]?$/, 'a whole number with K, M, G or T, such as "8G"')
      .describe('What memory a task may take, such as "8G"; from the estimate if left out.'),
    cpus: z.int().positive().describe('Processors of a task: 2 if left out.'),
    atOnce: z.int().positive().describe('Tasks that run at the same time: 20 if left out.'),
    sbatch: z.array(line).describe('More options of sbatch, each as one writes it: "--account=physics".'),
    setup: z.array(line).describe('Lines of the shell before each task: "module load nodejs".'),
    command: line
      .min(1)
      .describe(
        'How Landscape is started there, as one types it; as it was started here if left out ("landscape" in print:kubernetes).',
      ),
    kubernetes: z
      .strictObject({
        image: line.min(1).describe('An image with Landscape in it.'),
        claim: line.min(1).describe('The claim of the volume that all files lie on.'),
        mount: line
          .regex(/^\//, 'an absolute path')
          .describe('Where that volume lies, there as here: paths are the same in both.'),
      })
      .describe('What print:kubernetes has to know.'),
  })
  .partial();
export type Profile = z.infer<typeof profileSchema>;

const DESCRIPTION =
  'Profiles for `--on slurm:NAME`: how tasks are started on a cluster. "default" is meant where no name is given.';

/** Profiles by the names that `--on slurm:NAME` takes. */
export const profilesSchema = z
  .record(z.string().regex(/^[\w.-]+$/, 'letters, digits, ".", "_" and "-"'), profileSchema)
  .describe(DESCRIPTION);

/** The same as a person's own file, `~/.config/landscape/cluster.json`. */
export const profilesFileSchema = z
  .object({ $schema: z.string().optional() })
  .catchall(profileSchema)
  .describe(DESCRIPTION);

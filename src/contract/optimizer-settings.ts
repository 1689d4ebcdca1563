import * as z from 'zod';
import { always } from './mistakes';
import { CONVENTIONS, OPTIMIZERS, type OptimizerName } from './vocabulary';

const positive = z.number().positive();

/** The settings that belong to some optimizers only. */
const OWN = [
  'momentum',
  'nesterov',
  'beta1',
  'beta2',
  'epsilon',
  'rho',
  'centered',
  'initialAccumulator',
  'weightDecay',
] as const;
type Own = (typeof OWN)[number];

/** What each takes of them. */
const TAKES: Readonly<Record<OptimizerName, readonly Own[]>> = {
  sgd: ['momentum', 'nesterov', 'weightDecay'],
  adagrad: ['initialAccumulator', 'epsilon'],
  rmsprop: ['rho', 'momentum', 'centered', 'epsilon'],
  adam: ['beta1', 'beta2', 'epsilon'],
  adamw: ['beta1', 'beta2', 'epsilon', 'weightDecay'],
  lion: ['beta1', 'beta2', 'weightDecay'],
};

/** Why a setting does not belong to an optimizer. */
function misfit(name: OptimizerName, key: Own): string {
  const advice =
    key !== 'weightDecay'
      ? ''
      : name === 'adam'
        ? '; use adamw, or regularization.l2 for decay inside the gradient'
        : '; use regularization.l2';
  return `${name} takes no ${key} (it takes ${TAKES[name].join(', ')})${advice}`;
}

/** The same for the editor, which reads the JSON schema: without a name the optimizer is sgd. */
const misfitsInEditor = OPTIMIZERS.map((name) => ({
  if: { properties: { name: { const: name } }, ...(name === 'sgd' ? {} : { required: ['name'] }) },
  then: {
    properties: Object.fromEntries(
      OWN.filter((key) => !TAKES[name].includes(key)).map((key) => [
        key,
        { not: {}, errorMessage: misfit(name, key) },
      ]),
    ),
  },
}));

export const optimizerSchema = z
  .strictObject({
    name: z.enum(OPTIMIZERS).default('sgd').describe('The rule that turns gradients into steps.'),
    learningRate: positive
      .describe("The rate before any schedule; the convention's default if left out.")
      .optional(),
    momentum: z.number().min(0).max(1).describe('Of sgd (heavy ball) and rmsprop.').optional(),
    nesterov: z.boolean().describe("Nesterov's momentum instead of the heavy ball's.").optional(),
    beta1: z.number().min(0).lt(1).optional(),
    beta2: z.number().min(0).lt(1).optional(),
    epsilon: z.number().min(0).describe('Where it stands depends on the convention.').optional(),
    rho: z.number().min(0).lt(1).describe("Decay of rmsprop's mean of squares.").optional(),
    centered: z.boolean().describe('Of rmsprop.').optional(),
    initialAccumulator: z.number().min(0).describe("Where adagrad's sum of squares begins.").optional(),
    weightDecay: z
      .number()
      .min(0)
      .describe(
        "Decoupled from the gradient (adamw, lion, and Keras' sgd), or, as torch.optim.SGD has it, added to it; L2 stands under regularization.",
      )
      .optional(),
    convention: z
      .enum(CONVENTIONS)
      .default('keras')
      .describe('Whose semantics and defaults hold where Keras and PyTorch differ.'),
    sharpnessAware: z
      .strictObject({
        kind: z.enum(['sam', 'asam']).default('sam'),
        rho: positive.default(0.05).describe('Radius of the step uphill before the gradient is taken.'),
        eta: z.number().min(0).default(0.01).describe("Added to |w| in asam's scaling."),
      })
      .describe('Take the gradient at the worst nearby point (Foret et al. 2021; Kwon et al. 2021).')
      .optional(),
    averaging: z
      .discriminatedUnion('kind', [
        z.strictObject({
          kind: z.literal('swa'),
          fromEpoch: z.int().min(0),
          every: z.int().positive().default(1).describe('Epochs between the points averaged.'),
        }),
        z.strictObject({
          kind: z.literal('ema'),
          decay: z.number().min(0).lt(1).default(0.999).describe('Per step.'),
        }),
      ])
      .describe(
        'Average the points of the run (Izmailov et al. 2018); kept beside the last one as averaged.keras.',
      )
      .optional(),
  })
  .superRefine((settings, context) => {
    const { name } = settings;
    if (!OPTIMIZERS.includes(name)) return;
    for (const key of OWN)
      if (settings[key] !== undefined && !TAKES[name].includes(key))
        context.addIssue({ code: 'custom', path: [key], message: misfit(name, key) });
    if (name === 'sgd' && settings.nesterov === true && (settings.momentum ?? 0) === 0)
      context.addIssue({
        code: 'custom',
        path: ['nesterov'],
        message: 'nesterov needs a momentum above 0, for example .9',
      });
  }, always)
  .meta({ allOf: misfitsInEditor })
  .describe('How gradients become steps.');
export type OptimizerSettings = z.infer<typeof optimizerSchema>;

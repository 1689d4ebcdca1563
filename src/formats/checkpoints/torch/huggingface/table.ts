import { bert, roberta } from './bert';
import { distilbert } from './distilbert';
import { gpt2 } from './gpt2';
import { llama } from './llama';
import type { HuggingFaceModel } from './model';
import { resnetOfTransformers } from './resnet';
import { t5 } from './t5';
import { vitOfTransformers } from './vit';

/** Every kind of network of transformers that is built from its configuration. */
export const HUGGING_FACE: readonly HuggingFaceModel[] = [
  bert,
  distilbert,
  roberta,
  gpt2,
  llama,
  vitOfTransformers,
  resnetOfTransformers,
  t5,
];

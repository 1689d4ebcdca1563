import type { Family } from '../recipes/recipe';
import { convnext } from './convnext';
import { densenet } from './densenet';
import { efficientnet } from './efficientnet';
import { googlenet, inception } from './inception';
import { mnasnet, mobilenetV2, mobilenetV3 } from './mobilenet';
import { otherResNets } from './other-resnets';
import { regnet } from './regnet';
import { cifarResNet, torchvisionResNet } from './resnet';
import { shufflenet } from './shufflenet';
import { squeezenet } from './squeezenet';
import { swin } from './swin';
import { alexnet, vgg } from './vgg';
import { vit } from './vit';

/** Every kind of network that is recognized by the names and shapes of its tensors. */
export const FAMILIES: readonly Family[] = [
  torchvisionResNet,
  cifarResNet,
  vgg,
  alexnet,
  densenet,
  squeezenet,
  googlenet,
  inception,
  mobilenetV2,
  mobilenetV3,
  mnasnet,
  efficientnet,
  shufflenet,
  regnet,
  convnext,
  vit,
  swin,
  otherResNets,
];

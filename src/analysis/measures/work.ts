/** What one evaluation costs, in units of one Hessian-vector product: measured on dense and convolutional networks. */
export const VALUE_WORK = 0.2;
export const GRADIENT_WORK = 0.5;
export const DIRECTIONAL_WORK = 1;

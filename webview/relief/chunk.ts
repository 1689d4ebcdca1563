// What only a raised surface needs: a script of its own, which `load.ts` brings when one is asked for.
export { USUAL_VIEW } from './camera';
export { relief } from './relief';
export { stillPlot } from './still';

// No import cycles, types included: of two files that need each other, what both need belongs into a third.
// Which room may import which is said in scripts/rooms.mjs.
export default {
  forbidden: [{ name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } }],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: 'node_modules|generated' },
  },
};

import { addressLimit } from './memory';

/** Reserves gigabytes of addresses for every instance of WebAssembly, to save it from checking bounds. */
const WITHOUT_GUARDS = '--disable-wasm-trap-handler';

/**
 * Options of Node for the processes that we start: none of the parent's, for a child would inherit the debugger's port,
 * and, where addresses are limited (`ulimit -v`), that instances of WebAssembly do not reserve ten gigabytes each.
 */
export function childFlags(): string[] {
  const isKnown = process.allowedNodeEnvironmentFlags.has(WITHOUT_GUARDS);
  return isKnown && Number.isFinite(addressLimit()) ? [WITHOUT_GUARDS] : [];
}

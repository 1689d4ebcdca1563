import { UserError } from '../../../../core/errors';

/** Modules of which no checkpoint needs anything: they run programs, open files and connections, or import code. */
const MODULES: ReadonlySet<string> = new Set([
  'os',
  'posix',
  'nt',
  'sys',
  'subprocess',
  'pty',
  'commands',
  'popen2',
  'shutil',
  'socket',
  'ssl',
  'http',
  'httplib',
  'urllib',
  'urllib2',
  'requests',
  'ftplib',
  'smtplib',
  'telnetlib',
  'webbrowser',
  'importlib',
  'imp',
  'pkgutil',
  'runpy',
  'ctypes',
  'code',
  'codeop',
  'pdb',
  'bdb',
  'timeit',
  'profile',
  'cProfile',
  'trace',
  'multiprocessing',
  'threading',
  'signal',
  'tempfile',
  'pip',
  'ensurepip',
  'venv',
  'pickle',
  '_pickle',
  'marshal',
  'dill',
  'cloudpickle',
  'joblib',
  'inspect',
  'gc',
]);

/** Built-in functions that run, open or look up anything. */
const BUILTINS: ReadonlySet<string> = new Set([
  'eval',
  'exec',
  'execfile',
  'compile',
  'open',
  'file',
  'input',
  'raw_input',
  '__import__',
  'getattr',
  'setattr',
  'delattr',
  'globals',
  'locals',
  'vars',
  'breakpoint',
  'apply',
  'map',
  'filter',
  'memoryview',
]);

const BUILTIN_MODULES: ReadonlySet<string> = new Set(['builtins', '__builtin__', '__builtins__']);

/** Other names by which the same is reached. */
const NAMES: ReadonlySet<string> = new Set([
  'operator.attrgetter',
  'operator.methodcaller',
  'functools.reduce',
  'torch.hub.load',
  'torch.hub.download_url_to_file',
  'torch.load',
  'torch.serialization.load',
  'torch.utils.cpp_extension.load',
  'torch.utils._config_module.load_config',
  'torch._inductor.codecache.compile_file',
  'torch.jit.unsupported_tensor_ops.execWrapper',
  'torch.distributed.rpc.server_process_global_profile',
  'numpy.testing._private.utils.runstring',
  'numpy.load',
  'site.main',
  'lib2to3.pgen2.grammar.Grammar.loadpickle',
  'idlelib.pyshell.ModifiedInterpreter.runcode',
]);

/**
 * Refuses a file by a name in its pickle that only a program would need. Nothing that a pickle names is ever called here;
 * but whoever opens such a file elsewhere should know.
 * @throws UserError that says which name.
 */
export function refuseDangerous(full: string, file: string): void {
  const parts = full.split('.');
  const isBuiltin = BUILTIN_MODULES.has(parts[0]) && parts.slice(1).some((part) => BUILTINS.has(part));
  const reached = parts.slice(0, -1).some((part) => MODULES.has(part)) || MODULES.has(parts[0]);
  const asBuiltin = parts.some((part) => BUILTIN_MODULES.has(part)) && parts.length > 2;
  if (!isBuiltin && !reached && !asBuiltin && !NAMES.has(full)) return;
  throw new UserError(
    `${file} names ${full} in its pickle, which runs code when it is loaded in Python: it is not opened, and should not be loaded anywhere.`,
  );
}

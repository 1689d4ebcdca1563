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
  'asyncio',
  'aiohttp',
  'imaplib',
  'pydoc',
  'doctest',
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

/** Characters of a name that are looked at. */
const LONGEST = 1000;

const BUILTIN_MODULES: ReadonlySet<string> = new Set(['builtins', '__builtin__', '__builtins__']);

/** Other names by which the same is reached, with all that begins with them: scanners of pickles list them. */
const NAMES: ReadonlySet<string> = new Set([
  '_aix_support',
  '_osx_support',
  '_pyrepl.pager',
  'distutils.file_util',
  'functools.reduce',
  'idlelib',
  'lib2to3.pgen2',
  'logging.config.listen',
  'numpy.ctypeslib',
  'numpy.f2py',
  'numpy.load',
  'numpy.testing._private.utils',
  'operator.attrgetter',
  'operator.itemgetter',
  'operator.methodcaller',
  'pandas.read_pickle',
  'pandas.io.pickle',
  'site.main',
  'test.support',
  'torch._dynamo.guards',
  'torch._inductor.codecache',
  'torch.distributed.rpc.server_process_global_profile',
  'torch.fx.experimental.symbolic_shapes.ShapeEnv',
  'torch.hub',
  'torch.jit.unsupported_tensor_ops',
  'torch.load',
  'torch.serialization.load',
  'torch.utils._config_module',
  'torch.utils.bottleneck',
  'torch.utils.collect_env',
  'torch.utils.cpp_extension',
  'torch.utils.data.datapipes.utils.decoder',
  'uuid._get_command_stdout',
]);

/** The beginnings of a dotted name, the whole one too. */
const beginnings = (parts: readonly string[]): string[] =>
  parts.map((_, i) => parts.slice(0, i + 1).join('.'));

/**
 * Refuses a file by a name in its pickle that only a program would need. Nothing that a pickle names is ever called here;
 * but whoever opens such a file elsewhere should know.
 * @throws UserError that says which name.
 */
export function refuseDangerous(full: string, file: string): void {
  // No name of Python is longer; what is, names nothing.
  const parts = full.slice(0, LONGEST).split('.');
  const isBuiltin = BUILTIN_MODULES.has(parts[0]) && parts.slice(1).some((part) => BUILTINS.has(part));
  const reached = parts.slice(0, -1).some((part) => MODULES.has(part)) || MODULES.has(parts[0]);
  const asBuiltin = parts.some((part) => BUILTIN_MODULES.has(part)) && parts.length > 2;
  const isListed = beginnings(parts).some((name) => NAMES.has(name));
  if (!isBuiltin && !reached && !asBuiltin && !isListed) return;
  throw new UserError(
    `${file} names ${full.slice(0, LONGEST)} in its pickle, which runs code when it is loaded in Python: it is not opened, and should not be loaded anywhere.`,
  );
}

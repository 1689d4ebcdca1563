import { type Part, joined, uint32 } from './bytes';
import type { Hostile } from './hostile';
import { call, dictionary, legacyFile, named, pickle, tensor, text, tuple, zipFile } from './pickle-code';

const COMMAND = text('touch /tmp/landscape-pickle-ran');
const system = call('os', 'system', COMMAND);

/** What runs a command in a reader that calls what a pickle names, by all ways that a name gets onto the stack. */
const WAYS: Readonly<Record<string, Uint8Array>> = {
  'a name and a call': system,
  'the same by the name of the system': call('posix', 'system', COMMAND),
  'an instance': joined('(', COMMAND, 'i', 'os\nsystem\n'),
  'an object': joined('(', named('os', 'system'), COMMAND, 'o'),
  'a class': joined(named('subprocess', 'Popen'), tuple(COMMAND), '\x81'),
  'a class with keywords': joined(named('subprocess', 'Popen'), tuple(COMMAND), '}', '\x92'),
  'a name of the stack': joined(text('os'), text('system'), '\x93', tuple(COMMAND), 'R'),
  'a name of the memo': joined(
    text('os'),
    'q\x07',
    '0',
    'h\x07',
    text('system'),
    '\x93',
    tuple(COMMAND),
    'R',
  ),
  'short text': joined('\x8c\x02os', '\x8c\x06system', '\x93', tuple(COMMAND), 'R'),
  'text of Python 2': joined('U\x02os', 'U\x06system', '\x93', tuple(COMMAND), 'R'),
  'a dotted name': joined(text('torch'), text('os.system'), '\x93', tuple(COMMAND), 'R'),
  'a dotted module': call('torch.serialization.os', 'system', COMMAND),
  'through an attribute': joined(
    text('builtins'),
    text('print.__self__.eval'),
    '\x93',
    tuple(text('1')),
    'R',
  ),
  'what is thrown away': joined(system, '0', 'N'),
  'what is set as state': joined(named('collections', 'OrderedDict'), ')', 'R', system, 'b'),
  'a key': joined('}', system, 'N', 's'),
  'a place far out in the memo before': joined('N', 'r', uint32(0xffffffff), '0', system),
};

/** Names by which scanners of pickles have been passed, or which they list. */
const NAMES = `
  __builtin__ apply, __builtin__ eval, __builtin__ execfile, builtins __import__, builtins breakpoint,
  builtins compile, builtins eval, builtins exec, builtins getattr, builtins open, _aix_support _read_cmd_output,
  _osx_support _read_output, _pickle loads, _pyrepl.pager pipe_pager, aiohttp.client request,
  asyncio.unix_events _UnixSubprocessTransport._start, bdb Bdb.run, cProfile run, cloudpickle loads,
  code InteractiveInterpreter.runcode, commands getoutput, ctypes CDLL, dill loads, distutils.file_util write_file,
  doctest debug_script, ensurepip _run_pip, ftplib FTP, functools reduce, http.client HTTPSConnection,
  httplib HTTPSConnection, idlelib.autocomplete AutoComplete.fetch_completions, idlelib.calltip get_entity,
  idlelib.debugobj ObjectTreeItem.SetText, idlelib.pyshell ModifiedInterpreter.runcommand,
  idlelib.run Executive.runcode, imaplib IMAP4_stream, importlib import_module, joblib load,
  lib2to3.pgen2.grammar Grammar.loads, lib2to3.pgen2.pgen ParserGenerator.make_label, logging.config listen,
  marshal loads, multiprocessing.util spawnv_passfds, nt system, numpy load, numpy.ctypeslib load_library,
  numpy.f2py.crackfortran getlincoef, numpy.testing._private.utils runstring, operator attrgetter,
  operator itemgetter, operator methodcaller, pandas read_pickle, pdb run, pickle loads, pip main, posix system,
  profile Profile.run, pty spawn, pydoc locate, pydoc pipepager, requests.api get, runpy _run_code, shutil rmtree,
  smtplib SMTP, socket create_connection, ssl get_server_certificate, sys exit, telnetlib Telnet, tempfile mkstemp,
  test.support.script_helper assert_python_ok, timeit timeit, torch.serialization load,
  torch._dynamo.guards GuardBuilder.get, torch._inductor.codecache compile_file,
  torch.fx.experimental.symbolic_shapes ShapeEnv.evaluate_guards_expression,
  torch.jit.unsupported_tensor_ops execWrapper, torch.utils._config_module ConfigModule.load_config,
  torch.utils.bottleneck.__main__ run_cprofile, torch.utils.collect_env run,
  torch.utils.data.datapipes.utils.decoder basichandlers, trace Trace.run, urllib.request urlopen,
  uuid _get_command_stdout, venv create, webbrowser open`;

const listed = NAMES.split(',').map((full): [string, Uint8Array] => {
  const [module, name] = full.trim().split(' ');
  return [`${module}.${name}`, call(module, name, COMMAND)];
});

/** Beside a sound tensor, so that the file is not refused for holding none. */
const beside = (...parts: readonly Part[]): Uint8Array =>
  pickle(dictionary([text('w'), tensor()], [text('x'), joined(...parts)]));

const ends =
  /x\.pth?( \(w\/data\.pkl\))? names \S+ in its pickle, which runs code when it is loaded in Python/;

/** Pickles that run a command in a reader that calls what they name. */
export const PICKLED_NAMES: readonly Hostile[] = [
  ...Object.entries(WAYS).flatMap(([what, code]): Hostile[] => [
    { what, file: 'x.pt', bytes: () => zipFile(beside(code)), ends },
    { what, file: 'x.pth', bytes: () => legacyFile(beside(code)), ends },
  ]),
  ...listed.map(([what, code]): Hostile => ({
    what,
    file: 'x.pt',
    bytes: () => zipFile(beside(code)),
    ends,
  })),
];

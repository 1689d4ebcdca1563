// Loaded into the processes of a command (NODE_OPTIONS): a lane ends as if it were killed when it is given parameters of
// the length in DYING_LANES; followed by "!" always, else only while it may keep what it computes.
const { argv, env } = process;
const [length, always] = (env.DYING_LANES ?? '').split('!');
let mayKeep = false;
if (argv[1]?.endsWith('lane.js'))
  process.on('message', ({ message }) => {
    if (message.type === 'open') mayKeep = message.keptBytes > 0;
    // Large arrays cross elsewhere, by their lengths.
    const theta = (message.values ?? message.vectors)?.theta;
    if (theta?.length === Number(length) && (mayKeep || always === '')) process.kill(process.pid, 'SIGKILL');
  });

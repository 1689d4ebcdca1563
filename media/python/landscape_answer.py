"""How a script answers whoever started it: one line of JSON, and a sentence for the person who looks on."""
import contextlib
import json
import os
import signal
import sys

from landscape_code import Mistake

# What is measured later is on the processor; code that asks for a graphics card is told that there is none.
os.environ["CUDA_VISIBLE_DEVICES"] = ""


def failed(sentence):
    return {"ok": False, "error": sentence}


def answering(work, result, sentence):
    """Runs `work` and ends the process: 0 with what it returned, 1 with one sentence on what went wrong."""
    # Whoever started it may end it, and what was begun is taken away.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        # What the person's own code prints is no answer.
        with contextlib.redirect_stdout(sys.stderr):
            answer = {"ok": True, **work()}
    except Mistake as error:
        answer = failed(str(error))
    except ModuleNotFoundError as error:
        said = "{} has no module {}: choose the Python that the network was trained with."
        answer = failed(said.format(sys.executable, error.name))
    except KeyboardInterrupt:
        sys.exit(130)
    except SystemExit:
        answer = failed("The code ended the program (sys.exit, or argparse): make the network in a function of its own.")
    except Exception as error:
        answer = failed("{}: {}".format(type(error).__name__, str(error).split("\n")[0]))
    line = json.dumps(answer, default=str)
    if result is None:
        print(line)
    else:
        with open(result, "w", encoding="utf-8") as file:
            file.write(line + "\n")
        print(sentence(answer) if answer["ok"] else answer["error"])
    sys.exit(0 if answer["ok"] else 1)

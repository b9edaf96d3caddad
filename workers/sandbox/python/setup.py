"""Runs once after the start, before the heap image is taken."""

import builtins
import random
import sys

sys.stdout.reconfigure(line_buffering=True)
sys.setrecursionlimit(1000)
random.seed(0)


def load_harness(source):
    space = {"__name__": "harness", "__builtins__": dict(vars(builtins))}
    exec(compile(source, "<harness>", "exec"), space)
    return space


def close():
    """Takes the bridge to JavaScript out of reach: depth, not the wall; the wall is the frame."""
    import gc

    sys.meta_path[:] = [finder for finder in sys.meta_path if "pyodide" not in type(finder).__module__]
    hidden = ["js", "pyodide_js", "_pyodide_core", "ctypes", "_ctypes", "webbrowser"]
    for name in list(sys.modules):
        if name.split(".")[0] in ("js", "pyodide_js", "pyodide", "_pyodide", "_pyodide_core"):
            hidden.append(name)
    if "asyncio" in sys.modules:
        policy = sys.modules["asyncio.events"]
        setter = getattr(policy, "_set_event_loop_policy", None) or policy.set_event_loop_policy
        setter(None)
        policy._set_running_loop(None)
    for name in hidden:
        sys.modules[name] = None
    names = vars(sys.modules["__main__"])
    for name in list(names):
        if not name.startswith("__"):
            del names[name]
    gc.freeze()


(load_harness, close)

"""Runs once in the namespace of `preload.py`, in whose snapshot it ends: what is left for `start` is only what no snapshot can hold."""

import builtins
import gc
import random
import sys

# Ways to JavaScript, which the start itself still goes.
BRIDGE = ("js", "pyodide_js", "pyodide", "_pyodide", "_pyodide_core", "webbrowser")
# Ways to raw memory.
MEMORY = ("ctypes", *[name for name in UNSAFE if name not in BRIDGE])

harness = {"__name__": "harness", "__builtins__": dict(vars(builtins))}


def load_harness(source):
    exec(compile(source, "<harness>", "exec"), harness)


def is_importer(thing):
    return type(thing).__module__ == "_pyodide._importhook" and not isinstance(thing, type)


def hide(packages):
    """Empties the modules. Taken out of `sys.modules` alone, a program could import them afresh."""
    hidden = {*packages, *[name for name in sys.modules if name.split(".")[0] in packages]}
    for name in hidden:
        module = sys.modules.get(name)
        if type(module) is type(sys):
            vars(module).clear()
        sys.modules[name] = None


def settle():
    """Ends the preparation: sets apart what there is, so that `start` need not go through all of it."""
    global importers
    hide(MEMORY)
    # What is in a cycle goes now: `start` does not look at what is set apart.
    gc.collect()
    importers = [thing for thing in gc.get_objects() if is_importer(thing)]
    gc.freeze()


def close():
    """Takes the bridge to JavaScript out of reach: depth, not the wall; the wall is the frame."""
    for module, name in (("time", "sleep"), ("asyncio", "run")):
        # Replaced by Pyodide, whose own call back into what is taken out here.
        if module in sys.modules:
            function = getattr(sys.modules[module], name)
            setattr(sys.modules[module], name, getattr(function, "__wrapped__", function))
    sys.meta_path[:] = [finder for finder in sys.meta_path if "pyodide" not in finder.__module__]
    if "asyncio" in sys.modules:
        policy = sys.modules["asyncio.events"]
        setter = getattr(policy, "_set_event_loop_policy", None) or policy.set_event_loop_policy
        setter(None)
        policy._set_running_loop(None)
    hide(BRIDGE)
    # Importers that still hold the JavaScript objects that they used to hand out.
    for importer in importers + [thing for thing in gc.get_objects() if is_importer(thing)]:
        vars(importer).clear()


def start():
    """Runs once after the start, before the heap image is taken."""
    sys.stdout.reconfigure(line_buffering=True)
    sys.setrecursionlimit(1000)
    random.seed(0)
    close()
    refuse_bytecode, collector = guard(), gc
    names = vars(sys.modules["__main__"])
    for name in list(names):
        if not name.startswith("__"):
            del names[name]
    collector.collect()
    collector.freeze()
    refuse_bytecode()

"""Runs a program as a script, with what it reads on its standard input. Shares the namespace of `harness.py`."""

import atexit
import gc
import os
import threading

run_exit_functions = atexit._run_exitfuncs
collect = gc.collect


class Left(BaseException):
    """What `os._exit` ends a script with."""


def run_script():
    """Runs the program as `__main__`, to the end that CPython would give it. Returns what `load` does."""
    try:
        return run_main()
    except BaseException:
        return ""


def run_main():
    code, problem = compiled(job["program"])
    if problem is not None:
        return problem
    module = Module("__main__")
    modules["__main__"] = module
    space = module.__dict__
    space["__builtins__"] = builtins
    sys.argv = [FILE]
    threading.Thread.start = start_at_once
    os._exit = leave
    # As on a pipe: a line at a time would cost a call out of the interpreter each.
    write_out.reconfigure(line_buffering=False)
    error = outcome_of(code, space)
    if type(error) is Left and error.args == (0,):
        # What waits in buffers is lost, as it is in CPython.
        return '{"outcome":"ran"}'
    if error is not None:
        return failure("memory" if type(error) is MemoryError else "exception", error)
    finish(space)
    return '{"outcome":"ran"}'


def outcome_of(code, space):
    """What ended the program, or None if it ended as programs do."""
    try:
        exec(code, space)
    except SystemExit as left:
        status = left.code
        return None if status is None or (isinstance(status, int) and status == 0) else left
    except BaseException as error:
        return error
    return None


def leave(status):
    raise Left(status)


def finish(space):
    """What CPython does at the end: exit functions, then what waits in buffers, also in those of the program's files."""
    for step in (run_exit_functions, flush_current, space.clear, collect, write_out.flush):
        try:
            step()
        except KeyboardInterrupt:
            raise
        except BaseException:
            # Printed and passed over there too.
            pass


def flush_current():
    sys.stdout.flush()


def start_at_once(thread):
    """
    In place of `Thread.start`, which cannot work: the interpreter has one thread. Scripts start one for its deeper stack
    and wait for it, for which this is as good.
    """
    if thread._started.is_set():
        raise RuntimeError("threads can only be started once")
    thread._started.set()
    try:
        thread.run()
    except SystemExit:
        pass
    except KeyboardInterrupt:
        raise
    except Exception as error:
        threading.excepthook(threading.ExceptHookArgs((type(error), error, trace_of(error), thread)))
    finally:
        thread.join, thread.is_alive = ended_at_once, is_alive_no_more


def ended_at_once(timeout=None):
    pass


def is_alive_no_more():
    return False

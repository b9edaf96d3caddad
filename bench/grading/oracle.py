"""Grades tasks by a plain run under CPython, each in a process of its own: the measure that the sandbox is held to.

    python3 bench/grading/oracle.py FILE|- [--seconds 5] [--memory 1024] [--processes 2] [--field completion]

A line is a task of HumanEval (`prompt`, `entry_point`, `test`) or MBPP (`test_list`, `test_setup_code`, …) with a
program in `completion`. A line comes out for each, in order: {"id", "verdict", "error"?, "form", "ms"}, where the
verdict is pass, fail, timeout or syntax. For development only: programs run with the rights of whoever starts it.
"""

import argparse
import concurrent.futures
import json
import os
import subprocess
import sys
import tempfile
import time

CHILD = os.path.join(os.path.dirname(os.path.abspath(__file__)), "plain_run.py")


def judge(task, seconds=5, memory_mb=1024, folder=None):
    """The verdict of one task, its program in `completion`."""
    began = time.monotonic()
    given = {**task, "seconds": seconds, "memory_mb": memory_mb}
    # No site packages: what passes must pass with the standard library alone. Hashes stay the same from run to run.
    command = [sys.executable, "-s", "-S", "-P" if sys.version_info >= (3, 11) else "-B", CHILD]
    environment = {"PATH": os.environ.get("PATH", ""), "PYTHONHASHSEED": "0", "PYTHONUTF8": "1"}
    try:
        run = subprocess.run(
            command,
            input=json.dumps(given).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            env=environment,
            cwd=folder,
        )
    except subprocess.TimeoutExpired:
        verdict = {"verdict": "timeout", "error": f"no end in {seconds} s"}
    else:
        if run.stdout:
            verdict = json.loads(run.stdout)
        elif run.returncode == -24:
            verdict = {"verdict": "timeout", "error": f"no end in {seconds} s"}
        else:
            verdict = {"verdict": "fail", "error": f"the process ended by itself with code {run.returncode}"}
    return {**verdict, "ms": round((time.monotonic() - began) * 1000)}


def judge_all(tasks, seconds=5, memory_mb=1024, processes=2):
    """Verdicts in the order of the tasks, as they come."""
    with tempfile.TemporaryDirectory() as folder:
        with concurrent.futures.ThreadPoolExecutor(processes) as pool:
            yield from pool.map(lambda task: judge(task, seconds, memory_mb, folder), tasks)


def version():
    return f"{sys.implementation.name} {sys.version.split()[0]} ({sys.executable})"


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("file")
    options.add_argument("--seconds", type=int, default=5)
    options.add_argument("--memory", type=int, default=1024, help="MiB of address space")
    options.add_argument("--processes", type=int, default=2)
    options.add_argument("--field", default="completion", help="field that holds the program")
    chosen = options.parse_args()
    print(version(), file=sys.stderr)
    source = sys.stdin.buffer if chosen.file == "-" else open(chosen.file, "rb")
    tasks = [json.loads(line) for line in source if line.strip()]
    tasks = [{**task, "completion": task[chosen.field]} for task in tasks]
    for task, verdict in zip(tasks, judge_all(tasks, chosen.seconds, chosen.memory, chosen.processes)):
        print(json.dumps({"id": task.get("id", task.get("task_id")), **verdict}), flush=True)


if __name__ == "__main__":
    main()

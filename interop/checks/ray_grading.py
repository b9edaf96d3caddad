"""Ray runs the grading of a batch on a local cluster of two workers."""

import sys

from common import need, run, versions


def check(paths):
    import ray

    sys.path.insert(0, str(paths.trl))
    rollouts = paths.recorded("rollouts")[:200]
    folder = str(paths.trl)

    @ray.remote(num_cpus=1)
    class Grader:
        def grade(self, items):
            import os
            import sys

            sys.path.insert(0, folder)
            import posterior_reward

            return os.getpid(), posterior_reward.verify(items)

    import posterior_reward

    items = []
    for each in rollouts:
        row = each["row"]
        _, answer = posterior_reward.parse_completion(each["text"])
        items.append((row["data_source"], row["ground_truth"], row, answer))
    ray.init(num_cpus=2, include_dashboard=False, logging_level="ERROR", log_to_driver=False)
    try:
        graders = [Grader.remote() for _ in range(2)]
        parts = [items[i::2] for i in range(2)]
        results = ray.get([grader.grade.remote(part) for grader, part in zip(graders, parts)])
    finally:
        ray.shutdown()
    need(len({pid for pid, _ in results}) == 2, "both parts were graded by one process")
    for i, (_, found) in enumerate(results):
        for each, (passed, total) in zip(rollouts[i::2], found):
            need((passed, total) == (each["passed"], each["total"]), f"{passed}/{total} tests of {each['text']!r}")
    return f"{len(rollouts)} programs on 2 workers, the verdicts of Posterior ({versions('ray')})"


run(check)

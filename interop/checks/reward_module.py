"""The exported reward module gives the rewards that Posterior gave to the rollouts of a run."""

import importlib.util
import sys
from collections import Counter

from common import need, run, versions


def check_answers(paths, answers):
    recorded = paths.recorded("answers")
    for each in recorded:
        given, expected, units = each["given"], each["expected"], tuple(each["units"])
        try:
            same = answers.same_answer(given, expected, units, each["tolerance"])
        except ValueError:
            same = None
        need(same == each["same"], f"{given!r} for {expected!r} is {same}, in Posterior {each['same']}")
        read = answers.read_answer(given, units) is not None
        need(read == each["read"], f"whether {given!r} can be read is {read}, in Posterior {each['read']}")
    return len(recorded)


def check_values(paths, programs):
    recorded = paths.recorded("values")
    for each in recorded:
        same = programs.matches(each["got"], each["expected"], each["compare"])
        need(
            same == each["same"],
            f"{each['got']} as {each['expected']} under {each['compare']} is {same}, in Posterior {each['same']}",
        )
    return len(recorded)


def module_of(folder):
    """The reward module of an exported folder, loaded by its path as trainers load it."""
    spec = importlib.util.spec_from_file_location(f"reward_of_{folder.name}", folder / "posterior_reward.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def check_rollouts(module, rollouts):
    """The largest difference of a reward with the scores of transformers; all else has to be the same exactly."""
    rows, texts = [each["row"] for each in rollouts], [each["text"] for each in rollouts]
    parsed = [module.parse_completion(text) for text in texts]
    verified = module.verify(
        [(row["data_source"], row["ground_truth"], row, answer) for row, (_, answer) in zip(rows, parsed)]
    )
    for i, (each, (reasoning, _), (passed, total)) in enumerate(zip(rollouts, parsed, verified)):
        ours = each["rewards"]
        form, outcome = int(reasoning is not None), int(passed == total)
        place = f"rollout {i} ({each['status']})"
        need(form == ours["format"], f"{place}: the form is {form}, in Posterior {ours['format']}")
        need(outcome == ours["outcome"], f"{place}: the outcome is {outcome}, in Posterior {ours['outcome']}")
        need((passed, total) == (each["passed"], each["total"]), f"{place}: {passed}/{total} tests, not {each['passed']}")
        reward = module.total_reward(form, outcome, ours["thinking"], passed / total)
        need(reward == each["reward"], f"{place}: the reward is {reward}, in Posterior {each['reward']}")

    columns = {name: [row[name] for row in rows] for name in rows[0]}
    totals = module.posterior_reward(texts, prompts=columns.pop("prompt"), **columns)
    largest = max(abs(total - each["reward"]) for total, each in zip(totals, rollouts))
    need(largest <= 1e-5, f"with the scores of transformers the largest difference of a reward is {largest:.2e}")
    return largest


def kinds(rollouts):
    counts = Counter(each["status"] for each in rollouts).most_common()
    return f"{len(rollouts):,} rollouts ({', '.join(f'{count} {status}' for status, count in counts)})"


def check(paths):
    programs, maths = paths.recorded("rollouts"), paths.recorded("maths")
    module = module_of(paths.trl)
    largest = max(
        check_rollouts(module, programs),
        check_rollouts(module_of(paths.work / "maths"), maths),
    )
    answers = check_answers(paths, sys.modules["posterior_answers"])
    values = check_values(paths, sys.modules["posterior_programs"])
    return (
        f"programs, {kinds(programs)}, and mathematics, {kinds(maths)}, exactly; with transformers' scores within "
        f"{largest:.1e}; {answers:,} answers and {values:,} comparisons of values exactly ({versions('transformers')})"
    )


run(check)

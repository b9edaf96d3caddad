"""The exported reward module gives the rewards that Posterior gave to the rollouts of a run."""

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


def check(paths):
    sys.path.insert(0, str(paths.trl))
    import posterior_answers
    import posterior_programs
    import posterior_reward

    answers, values = check_answers(paths, posterior_answers), check_values(paths, posterior_programs)

    rollouts = paths.recorded("rollouts")
    rows = [each["row"] for each in rollouts]
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    prompts = columns.pop("prompt")
    texts = [each["text"] for each in rollouts]

    # The score of a model is a float of another library: it is compared within a tolerance, all else exactly.
    parsed = [posterior_reward.parse_completion(text) for text in texts]
    verified = posterior_reward.verify(
        [(row["data_source"], row["ground_truth"], row, answer) for row, (_, answer) in zip(rows, parsed)]
    )
    for i, (each, (reasoning, _), (passed, total)) in enumerate(zip(rollouts, parsed, verified)):
        ours = each["rewards"]
        form, outcome = int(reasoning is not None), int(passed == total)
        place = f"rollout {i} ({each['status']})"
        need(form == ours["format"], f"{place}: the form is {form}, in Posterior {ours['format']}")
        need(outcome == ours["outcome"], f"{place}: the outcome is {outcome}, in Posterior {ours['outcome']}")
        need((passed, total) == (each["passed"], each["total"]), f"{place}: {passed}/{total} tests, not {each['passed']}")
        reward = posterior_reward.total_reward(form, outcome, ours["thinking"], passed / total)
        need(reward == each["reward"], f"{place}: the reward is {reward}, in Posterior {each['reward']}")

    totals = posterior_reward.posterior_reward(texts, prompts=prompts, **columns)
    largest = max(abs(total - each["reward"]) for total, each in zip(totals, rollouts))
    need(largest <= 1e-5, f"with the scores of transformers the largest difference of a reward is {largest:.2e}")
    kinds = ", ".join(f"{count} {status}" for status, count in Counter(each["status"] for each in rollouts).most_common())
    return (
        f"{len(rollouts):,} rollouts ({kinds}) exactly, with transformers' scores within {largest:.1e}; "
        f"{answers:,} answers and {values:,} comparisons of values exactly ({versions('transformers')})"
    )


run(check)

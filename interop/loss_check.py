"""Compares Posterior's advantages, losses and gradients with those of TRL's GRPOTrainer and verl's core_algos, row by row.

    python interop/loss_check.py FILE     the file of interop/dump-losses.ts; it is made where it is missing
    python interop/loss_check.py … DIR    the same with losses.json in the last of several folders
    python interop/loss_check.py FILE --record FIXTURE
                                          also writes what they make of the first batches, for tests that need no Python

Prints one line a check and ends with 0 when every difference is at most 1e-5, 1 when one is not, and 77 when a package is
missing. What is compared runs in their code: TRL's `_compute_loss` on a trainer that has only what the loss reads, TRL's
advantages from the source of the method that makes them, verl's functions as they are.
"""

import inspect
import json
import os
import subprocess
import sys
import textwrap
from collections import defaultdict
from pathlib import Path
from types import SimpleNamespace

BOUND = 1e-5
PASSED, FAILED, CANNOT_RUN = 0, 1, 77


class Check:
    """One line: how many cases, and the largest difference."""

    def __init__(self, name):
        self.name, self.cases, self.largest, self.worst = name, 0, 0.0, None

    def add(self, differences, case):
        self.cases += 1
        largest = max(differences)
        if not largest <= self.largest:
            self.largest, self.worst = largest, case

    @property
    def holds(self):
        return self.cases > 0 and self.largest <= BOUND

    def line(self):
        result = "ok" if self.holds else "differs"
        where = "" if self.holds else f" at {self.worst}"
        return f"{result:8} {self.name}: {self.cases} cases, largest difference {self.largest:.1e}{where}"


def dump_file(arguments):
    path = Path(arguments[-1])
    path = path / "losses.json" if path.is_dir() else path
    if not path.exists():
        root = Path(os.environ.get("POSTERIOR_ROOT", Path(__file__).resolve().parent.parent))
        node = os.environ.get("POSTERIOR_NODE", "node")
        script = ["--import", "tsx", "interop/dump-losses.ts", str(path.resolve())]
        subprocess.run([node, *script], cwd=root, check=True)
    return json.loads(path.read_text(encoding="utf-8"))


def tensors(dump):
    import torch

    return [
        {name: torch.tensor(values, dtype=torch.float64) for name, values in batch.items()} for batch in dump["batches"]
    ]


# TRL


def trl_trainer(options, entropies, accumulation):
    """A trainer with what `_compute_loss` reads, for one micro-batch of `accumulation`."""
    from trl import GRPOTrainer

    cispo = options["surrogate"] == "cispo"
    loss_type = {"sequence": "grpo", "token": "dapo", "constant": "dr_grpo", "micro-batch": "bnpo"}
    trainer = GRPOTrainer.__new__(GRPOTrainer)
    accelerator = SimpleNamespace(
        num_processes=1,
        sync_gradients=True,
        gather=lambda x: x,
        gather_for_metrics=lambda x: x,
        reduce=lambda x, reduction: x,
    )
    values = {
        "loss_type": "cispo" if cispo else loss_type[options["aggregation"]],
        "importance_sampling_level": options["importance"],
        "beta": options["beta"],
        "epsilon_low": options["clipLow"],
        "epsilon_high": 1 + options["clipHigh"] if cispo else options["clipHigh"],
        "max_completion_length": options["constantLength"],
        "args": SimpleNamespace(
            delta=options["dualClip"] or None,
            use_bias_correction_kl=False,
            steps_per_generation=accumulation,
        ),
        "accelerator": accelerator,
        "model": SimpleNamespace(training=True),
        "current_gradient_accumulation_steps": accumulation,
        "top_entropy_quantile": 1.0,
        "off_policy_mask_threshold": None,
        "use_vllm": False,
        "vllm_importance_sampling_correction": False,
        "aux_loss_enabled": False,
        "_entropy_bonus_enabled": options["entropyCoefficient"] > 0,
        "use_adaptive_entropy": False,
        "entropy_coef": options["entropyCoefficient"],
        "_metrics": defaultdict(lambda: defaultdict(list)),
    }
    for name, value in values.items():
        setattr(trainer, name, value)
    return trainer


def trl_loss(batch, options, advantages):
    """Loss and gradient, summed over the micro-batches where there are any."""
    import torch

    sequences = batch["logp"].shape[0]
    micro = options["microBatch"] if options["aggregation"] == "micro-batch" else sequences
    logp = batch["logp"].clone().requires_grad_()
    starts = range(0, sequences, micro)
    total = 0.0
    for start in starts:
        cut = slice(start, start + micro)
        trainer = trl_trainer(options, batch["entropies"], len(starts))
        entropies = batch["entropies"][cut]
        trainer._get_per_token_logps_and_entropies = lambda *_, own=logp[cut], h=entropies, **__: (own, h, None)
        ids = torch.zeros(batch["mask"][cut].shape, dtype=torch.long)
        total = total + trainer._compute_loss(
            trainer.model,
            {
                "prompt_ids": ids[:, :1],
                "prompt_mask": ids[:, :1] + 1,
                "completion_ids": ids,
                "completion_mask": batch["mask"][cut],
                "advantages": advantages[cut],
                "old_per_token_logps": batch["oldLogp"][cut],
                "ref_per_token_logps": batch["refLogp"][cut],
                "num_items_in_batch": batch["mask"].sum(),
            },
        )
    total.backward()
    return total.item(), logp.grad


def trl_has(options, per_token):
    """Only the k3 estimate; CISPO over all tokens; an entropy bonus that is a mean over tokens, whatever the aggregation.

    Advantages of tokens it takes, but a sequence's ratio spreads the gradient of each of them over all tokens, while here
    and in verl it stays with its own (GSPO-token).
    """
    if per_token and options["importance"] == "sequence" and options["surrogate"] == "clipped":
        return False
    if options["beta"] > 0 and options["klEstimator"] != "k3":
        return False
    if options["surrogate"] == "cispo" and options["aggregation"] != "token":
        return False
    return options["entropyCoefficient"] == 0 or options["aggregation"] in ("token", "micro-batch")


def trl_advantages():
    """TRL's advantages: the part of the method that follows the rewards and makes nothing else."""
    import torch
    from trl import GRPOTrainer
    from trl.trainer import grpo_trainer

    lines = inspect.getsource(GRPOTrainer._generate_and_score_completions).splitlines()
    first = next(i for i, line in enumerate(lines) if 'self.multi_objective_aggregation == "sum_then_normalize"' in line)
    last = next(i for i, line in enumerate(lines) if i > first and "advantages = torch.nan_to_num" in line)
    code = compile(textwrap.dedent("\n".join(lines[first : last + 1])), "grpo_trainer.py", "exec")

    def advantages(case, group_size):
        gdpo = case["advantage"] == "gdpo"
        parts = torch.tensor(case["parts"], dtype=torch.float64)
        names = dict(vars(grpo_trainer))
        names.update(
            self=SimpleNamespace(
                multi_objective_aggregation="normalize_then_sum" if gdpo else "sum_then_normalize",
                scale_rewards="group" if gdpo else case["advantage"],
                reward_weights=torch.tensor(case["weights"], dtype=torch.float64),
                reward_funcs=[None] * parts.shape[1],
            ),
            rewards_per_func=parts,
            num_generations=group_size,
            unscorable_mask=torch.zeros(len(parts), dtype=torch.bool),
            device="cpu",
        )
        exec(code, names)
        return names["advantages"]

    return advantages


# verl


def verl_loss(batch, options, advantages):
    """Loss and gradient: their policy loss, KL and entropy terms, each through their aggregation."""
    from verl.trainer.ppo import core_algos
    from verl.workers.config import ActorConfig

    sequences = batch["logp"].shape[0]
    cispo, by_sequence = options["surrogate"] == "cispo", options["importance"] == "sequence"
    mode = "cispo" if cispo else "gspo" if by_sequence else "vanilla"
    aggregation = {
        "sequence": "seq-mean-token-mean",
        "token": "token-mean",
        "constant": "seq-mean-token-sum-norm",
    }[options["aggregation"]]
    config = ActorConfig(
        strategy="fsdp",
        rollout_n=1,
        ppo_micro_batch_size_per_gpu=sequences,
        clip_ratio_low=options["clipLow"],
        clip_ratio_high=options["clipHigh"],
        # Theirs is always there; so large a one holds nothing.
        clip_ratio_c=options["dualClip"] or 1e9,
    )
    info = {
        "dp_size": 1,
        "batch_num_tokens": batch["mask"].sum(),
        "global_batch_size": sequences,
        "loss_scale_factor": options["constantLength"],
    }
    config.global_batch_info.update(info)
    logp = batch["logp"].clone().requires_grad_()
    mask = batch["mask"]
    total, _ = core_algos.get_policy_loss_fn(mode)(
        old_log_prob=batch["oldLogp"],
        log_prob=logp,
        advantages=advantages if advantages.dim() == 2 else advantages.unsqueeze(1).expand_as(logp),
        response_mask=mask,
        loss_agg_mode=aggregation,
        config=config,
    )
    if options["beta"] > 0:
        kl = core_algos.kl_penalty(logp, batch["refLogp"], options["klEstimator"])
        total = total + options["beta"] * core_algos.agg_loss(kl, mask, aggregation, **info)
    if options["entropyCoefficient"] > 0:
        entropy = core_algos.agg_loss(batch["entropies"], mask, aggregation, **info)
        total = total - options["entropyCoefficient"] * entropy
    total.backward()
    return total.item(), logp.grad


def verl_has(options, per_token):
    """No mean of micro-batches' means; one ratio for a sequence only with the clip, and that without a dual one."""
    if options["aggregation"] == "micro-batch":
        return False
    by_sequence = options["importance"] == "sequence"
    return not (by_sequence and (options["surrogate"] == "cispo" or options["dualClip"] > 0))


def verl_advantages(case, group_size):
    """Of the totals; `None` for a kind that verl does not have, or has with another ε (GDPO)."""
    import numpy
    import torch
    from verl.trainer.ppo import core_algos

    totals = torch.tensor(case["totals"], dtype=torch.float64).unsqueeze(1)
    mask = torch.ones_like(totals)
    index = numpy.repeat(numpy.arange(len(totals) // group_size), group_size)
    kind = case["advantage"]
    if kind == "rloo":
        return core_algos.compute_rloo_outcome_advantage(totals, mask, index)[0][:, 0]
    if kind not in ("group", "none"):
        return None
    scores, _ = core_algos.compute_grpo_outcome_advantage(
        totals, mask, index, epsilon=1e-4, norm_adv_by_std_in_grpo=kind == "group"
    )
    return scores[:, 0]


# All of it


def loss_name(options, per_token):
    parts = [options["surrogate"], f"{options['importance']} ratio", options["aggregation"]]
    if per_token:
        parts.append("advantages of tokens")
    if options["dualClip"] > 0:
        parts.append("dual clip")
    if options["beta"] > 0:
        parts.append(options["klEstimator"])
    if options["entropyCoefficient"] > 0:
        parts.append("entropy")
    return ", ".join(parts)


RECORDED_BATCHES = 2


def recorded(values):
    """Rounded far below the bound, to keep the file small."""
    return [float(f"{value:.10g}") for value in values]


def record_loss(tool, case, loss, gradient):
    return {
        "tool": tool,
        "batch": case["batch"],
        "advantages": case["advantages"],
        "options": case["options"],
        "loss": loss,
        "gradNorm": gradient.norm().item(),
        "gradFirst": recorded(gradient[0].tolist()),
    }


def record_advantage(tool, case, values):
    return {**case, "tool": tool, "ours": None, "theirs": recorded(values.tolist())}


def compare(dump, fixture):
    """All comparisons; what the others make of the first batches is added to `fixture`."""
    import torch

    batches, checks = tensors(dump), {}

    def check(name):
        return checks.setdefault(name, Check(name))

    trl_of = trl_advantages()
    for case in dump["advantages"]:
        ours = torch.tensor(case["ours"], dtype=torch.float64)
        theirs = {
            "TRL": trl_of(case, dump["groupSize"]) if case["advantage"] != "rloo" else None,
            "verl": verl_advantages(case, dump["groupSize"]),
        }
        for tool, values in theirs.items():
            if values is None:
                continue
            difference = (values - ours).abs().max().item()
            check(f"{tool} advantage {case['advantage']}").add([difference], f"gate {case['gate']}")
            if case["batch"] == 0:
                fixture["advantages"].append(record_advantage(tool, case, values))
    for case in dump["losses"]:
        options, batch = case["options"], batches[case["batch"]]
        advantages = batch[case["advantages"]]
        per_token = advantages.dim() == 2
        ours = torch.tensor(case["grad"], dtype=torch.float64)
        for tool, has, loss_of in (("TRL", trl_has, trl_loss), ("verl", verl_has, verl_loss)):
            if not has(options, per_token):
                continue
            loss, gradient = loss_of(batch, options, advantages)
            differences = [abs(loss - case["loss"]), (gradient - ours).abs().max().item()]
            check(f"{tool} loss {loss_name(options, per_token)}").add(differences, f"batch {case['batch']}, {options}")
            if case["batch"] < RECORDED_BATCHES:
                fixture["losses"].append(record_loss(tool, case, loss, gradient))
    return list(checks.values())


def main(arguments):
    if not arguments:
        print(__doc__)
        return FAILED
    try:
        import trl
        import verl

        arguments, target = (arguments[:-2], arguments[-1]) if "--record" in arguments else (arguments, None)
        dump = dump_file(arguments)
        fixture = {
            "versions": {"trl": trl.__version__, "verl": verl.__version__},
            "groupSize": dump["groupSize"],
            "batches": dump["batches"][:RECORDED_BATCHES],
            "advantages": [],
            "losses": [],
        }
        checks = compare(dump, fixture)
        if target is not None:
            Path(target).write_text(json.dumps(fixture, separators=(",", ":")) + "\n", encoding="utf-8")
    except ImportError as error:
        print(f"a package is missing or does not fit the others: {error}")
        return CANNOT_RUN
    for each in checks:
        print(each.line())
    failed = sum(not each.holds for each in checks)
    cases, largest = sum(each.cases for each in checks), max(each.largest for each in checks)
    print(
        f"{len(checks) - failed} of {len(checks)} comparisons hold, {cases} cases, largest difference {largest:.1e} "
        f"(trl {trl.__version__}, verl {verl.__version__})"
    )
    return FAILED if failed else PASSED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""verl reads the tasks, resolves the launch configuration, and calls the reward function."""

import os

from common import need, run, versions


def configuration(folder):
    """As the launch script and `verl.trainer.main_ppo` make it."""
    import verl.trainer
    from hydra import compose, initialize_config_dir
    from omegaconf import OmegaConf

    lines = (folder / "verl.overrides").read_text(encoding="utf-8").splitlines()
    config_dir = os.path.join(os.path.dirname(verl.trainer.__file__), "config")
    with initialize_config_dir(config_dir=config_dir, version_base=None):
        config = compose("ppo_trainer", overrides=[line.replace("@DIR@", str(folder)) for line in lines])
    OmegaConf.resolve(config)
    return config


def scored(manager, row, tokens):
    """What verl's reward manager makes of the ids of one completion."""
    import numpy
    import torch
    from verl import DataProto

    names = ("data_source", "reward_model", "extra_info")
    columns = {name: numpy.array([None], dtype=object) for name in names}
    for name in names:
        columns[name][0] = dict(row[name]) if isinstance(row[name], dict) else row[name]
    ids = torch.tensor([tokens])
    data = DataProto.from_dict({"responses": ids, "attention_mask": torch.ones_like(ids)}, non_tensors=columns)
    return manager.loop.run_until_complete(manager.run_single(data))


def check(paths):
    from transformers import AutoTokenizer
    from verl.trainer.ppo.reward import load_reward_manager
    from verl.trainer.ppo.utils import need_critic, need_reference_policy
    from verl.utils.config import validate_config
    from verl.utils.dataset.rl_dataset import RLHFDataset

    config = configuration(paths.verl)
    validate_config(config, use_reference_policy=need_reference_policy(config), use_critic=need_critic(config))
    tokenizer = AutoTokenizer.from_pretrained(config.actor_rollout_ref.model.path)
    tables = {
        name: RLHFDataset(data_files=config.data[f"{name}_files"], tokenizer=tokenizer, config=config.data)
        for name in ("train", "val")
    }
    known = {row["extra_info"]["id"]: row for row in tables["train"].dataframe}

    manager, largest = load_reward_manager(config, tokenizer), 0.0
    rollouts = paths.recorded("rollouts")
    sample = rollouts[:: max(1, len(rollouts) // 50)]
    for each in sample:
        result = scored(manager, known[each["row"]["id"]], each["tokens"])
        parts = result["reward_extra_info"]
        need(parts["outcome"] == each["rewards"]["outcome"], f"{parts} for {each['text']!r}")
        largest = max(largest, abs(result["reward_score"] - each["reward"]))
    need(largest <= 1e-5, f"the largest difference of a reward is {largest:.2e}")
    lines = len((paths.verl / "verl.overrides").read_text(encoding="utf-8").splitlines())
    return (
        f"{len(tables['train']):,} and {len(tables['val']):,} rows, {lines} overrides resolved and valid, "
        f"{len(sample)} completions by its reward manager within {largest:.1e} ({versions('verl', 'hydra-core')})"
    )


run(check)

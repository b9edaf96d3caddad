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


def check(paths):
    from transformers import AutoTokenizer
    from verl.utils.dataset.rl_dataset import RLHFDataset

    config = configuration(paths.verl)
    tokenizer = AutoTokenizer.from_pretrained(config.actor_rollout_ref.model.path)
    tables = {
        name: RLHFDataset(data_files=config.data[f"{name}_files"], tokenizer=tokenizer, config=config.data)
        for name in ("train", "val")
    }
    row = tables["train"][0]
    need(row["data_source"].startswith("posterior/"), f"the first row is of {row['data_source']!r}")

    score = reward_function(config)
    rollouts = paths.recorded("rollouts")
    known = {each["extra_info"]["id"]: each for each in rows_of(tables["train"])}
    largest = 0.0
    sample = rollouts[:: max(1, len(rollouts) // 50)]
    for each in sample:
        found = known[each["row"]["id"]]
        result = score(
            data_source=found["data_source"],
            solution_str=each["text"],
            ground_truth=found["reward_model"]["ground_truth"],
            extra_info=found["extra_info"],
        )
        largest = max(largest, abs(result["score"] - each["reward"]))
        need(result["outcome"] == each["rewards"]["outcome"], f"{result} for {each['text']!r}")
    need(largest <= 1e-5, f"the largest difference of a reward is {largest:.2e}")
    return (
        f"{len(tables['train']):,} and {len(tables['val']):,} rows, {len(config.keys())} groups of settings resolved, "
        f"{len(sample)} rewards within {largest:.1e} ({versions('verl', 'hydra-core')})"
    )


def reward_function(config):
    from verl.trainer.ppo.reward import get_custom_reward_fn

    function = get_custom_reward_fn(config)
    need(function is not None, "verl finds no custom reward function in the configuration")
    return function


def rows_of(dataset):
    return dataset.dataframe


run(check)

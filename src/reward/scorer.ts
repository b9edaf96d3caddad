/** The reward model as the trainer uses it: texts in, scores out; and its training step on pairs. */
import type { PreferenceSpec, QualitySpec, ScoreSpec } from '../programs/index.ts';
import { microBatches, padRows, roundUp } from '../rl/batches.ts';
import { ADAMW_DEFAULTS } from '../host/adamw.ts';
import type { Feeds } from '../host/host.ts';
import { HostedModel } from '../host/hosted-model.ts';
import type { BradleyTerrySettings, QualityLoss } from '../programs/score.ts';

export interface TokenPair {
  readonly chosen: readonly number[];
  readonly rejected: readonly number[];
}

export interface PairScores {
  readonly loss: number;
  /** Raw scores of both sides, in order. */
  readonly chosen: readonly number[];
  readonly rejected: readonly number[];
}

/** A text with how good it is, in [0, 1]. */
export interface RatedTokens {
  readonly tokens: readonly number[];
  readonly quality: number;
}

export interface RatedScores {
  readonly loss: number;
  readonly scores: readonly number[];
}

const TIME_STEP = 16;
const ADAMW = { ...ADAMW_DEFAULTS, weightDecay: 0.01 };

export class Scorer extends HostedModel {
  /** Raw scores of token sequences, `microBatch` at a time. */
  async score(texts: readonly (readonly number[])[], microBatch: number): Promise<number[]> {
    // Texts of like length share a run, so that little is padded; each length class is one shape to compile.
    const classes = new Map<number, number[]>();
    texts.forEach((text, i) => {
      const time = roundUp(text.length, TIME_STEP);
      classes.set(time, [...(classes.get(time) ?? []), i]);
    });
    const scores = texts.map(() => 0);
    for (const [time, members] of classes) {
      const spec: ScoreSpec = {
        kind: 'score',
        ...this.model,
        shape: { batch: microBatch, time },
      };
      const batches = microBatches(members, microBatch);
      const feeds = batches.map((batch) =>
        this.#leftPadded(
          batch.map((i) => texts[i]!),
          time,
        ),
      );
      const results = await this.host.run(spec, feeds);
      // Copies that fill the last micro-batch write the same score once more.
      batches.forEach((batch, b) => batch.forEach((i, row) => (scores[i] = results[b]!['scores']![row]!)));
    }
    return scores;
  }

  /** One AdamW step on pairs; their number must be a multiple of `microBatch`, in pairs. */
  async train(
    pairs: readonly TokenPair[],
    learningRate: number,
    microBatch: number,
    settings: BradleyTerrySettings,
  ): Promise<PairScores> {
    const longest = Math.max(...pairs.flatMap(({ chosen, rejected }) => [chosen.length, rejected.length]));
    const time = roundUp(longest, TIME_STEP);
    const feeds: Feeds[] = [];
    for (let start = 0; start < pairs.length; start += microBatch) {
      const part = pairs.slice(start, start + microBatch);
      if (part.length < microBatch)
        throw new RangeError(`${pairs.length} pairs are not a multiple of ${microBatch}.`);
      const rows = [...part.map((pair) => pair.chosen), ...part.map((pair) => pair.rejected)];
      feeds.push({
        ...this.#feeds(rows, time),
        weight: Float32Array.of(1 / pairs.length),
        ...(settings.dense > 0 ? { differing: differing(part, time) } : {}),
      });
    }
    const shape = { batch: 2 * microBatch, time };
    const spec: PreferenceSpec = { kind: 'preference', ...this.model, shape, settings };
    const { values } = await this.host.update(spec, feeds, learningRate, ADAMW);
    const side = (offset: number) =>
      values.flatMap(({ scores }) => Array.from(scores!.subarray(offset, offset + microBatch)));
    return {
      loss: values.reduce((total, { loss }) => total + loss![0]!, 0),
      chosen: side(0),
      rejected: side(microBatch),
    };
  }

  /** One AdamW step on single texts; their number must be a multiple of `microBatch`, in texts. */
  async rate(
    texts: readonly RatedTokens[],
    learningRate: number,
    microBatch: number,
    loss: QualityLoss,
  ): Promise<RatedScores> {
    if (texts.length % microBatch !== 0)
      throw new RangeError(`${texts.length} texts are not a multiple of ${microBatch}.`);
    const time = roundUp(Math.max(...texts.map(({ tokens }) => tokens.length)), TIME_STEP);
    const feeds = microBatches(texts, microBatch).map((part): Feeds => ({
      ...this.#feeds(
        part.map(({ tokens }) => tokens),
        time,
      ),
      targets: Float32Array.from(part, ({ quality }) => quality),
      weight: Float32Array.of(1 / texts.length),
    }));
    const shape = { batch: microBatch, time };
    const spec: QualitySpec = { kind: 'quality', ...this.model, shape, loss };
    const { values } = await this.host.update(spec, feeds, learningRate, ADAMW);
    return {
      loss: values.reduce((total, { loss: part }) => total + part![0]!, 0),
      scores: values.flatMap(({ scores }) => Array.from(scores!)),
    };
  }

  #leftPadded(rows: readonly (readonly number[])[], time: number): Feeds {
    const ids = new Int32Array(rows.length * time).fill(this.model.config.padId);
    rows.forEach((row, i) => ids.set(row, (i + 1) * time - row.length));
    return { ids, lengths: Int32Array.from(rows, (row) => row.length) };
  }

  #feeds(rows: readonly (readonly number[])[], time: number): Feeds {
    return {
      ids: padRows(rows, time, this.model.config.padId, 'i32'),
      last: Int32Array.from(rows, (row, i) => i * time + row.length - 1),
    };
  }
}

/**
 * For each pair weights [time] of the tokens from the first that differs to the end of the shorter text, 1 in all: after
 * it there is nothing to compare with. Where one text begins with the other, the last token that both have counts.
 */
export function differing(pairs: readonly TokenPair[], time: number): Float32Array {
  const weights = new Float32Array(pairs.length * time);
  pairs.forEach(({ chosen, rejected }, i) => {
    const end = Math.min(chosen.length, rejected.length);
    const at = chosen.findIndex((token, t) => token !== rejected[t]);
    const start = at < 0 || at >= end ? end - 1 : at;
    weights.fill(1 / (end - start), i * time + start, i * time + end);
  });
  return weights;
}

/** What replicates have of their own, made once, kept in a folder, and shared by all experiments: models and pools. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { folderOf, type OwnModel } from '../../src/experiment/models.ts';
import { type PassRate, passRatesKey } from '../../src/experiment/pool.ts';
import type { PassRatesRequest } from '../../src/headless/requests.ts';
import type { DeviceChoice } from '../../src/runtime/device.ts';
import type { Call } from '../browser.ts';
import type { Exchange } from '../exchange.ts';
import { readJson } from '../files.ts';
import { findModel, type ModelFolder } from '../model-folder.ts';
import { writeText } from '../write-files.ts';

/** A page that makes what is missing. */
export interface Maker {
  readonly call: Call;
  readonly exchange: Exchange;
  readonly device: DeviceChoice;
}

/** Makes each thing once, whoever asks for it. */
export class Replicates {
  readonly #root: string;
  readonly #models = new Map<string, Promise<ModelFolder>>();
  readonly #rates = new Map<string, Promise<PassRate[]>>();

  constructor(root: string) {
    this.#root = root;
  }

  /** The folder of a model, which is made now if it is not there. */
  model(model: OwnModel, maker: Maker): Promise<ModelFolder> {
    const path = join(this.#root, folderOf(model));
    const known = this.#models.get(path) ?? this.#findModel(path, model, maker);
    this.#models.set(path, known);
    return known;
  }

  /** Pass rates of a start, which are measured now if they were not. @param start names the policy */
  async passRates(
    start: string,
    { config, samples }: Pick<PassRatesRequest, 'config' | 'samples'>,
    policy: ModelFolder | null,
    maker: Maker,
  ): Promise<PassRate[]> {
    const name = await passRatesKey(start, config, samples);
    const path = join(this.#root, 'pass-rates', `${name}.json`);
    const known = this.#rates.get(path) ?? this.#findRates(path, { config, samples }, policy, maker);
    this.#rates.set(path, known);
    return known;
  }

  async #findModel(path: string, model: OwnModel, maker: Maker): Promise<ModelFolder> {
    const { call, exchange, device } = maker;
    if (!existsSync(join(path, 'config.json'))) {
      const inbox = exchange.inbox(this.#root);
      if (model.kind === 'policy') await call('ownPolicy', { model, device, upload: inbox.url });
      else {
        const base = await this.model(model.from, maker);
        await call('ownReward', { model, policy: exchange.model(base), upload: inbox.url });
      }
      await inbox.commit();
    }
    return findModel(path);
  }

  async #findRates(
    path: string,
    { config, samples }: Pick<PassRatesRequest, 'config' | 'samples'>,
    policy: ModelFolder | null,
    { call, exchange, device }: Maker,
  ): Promise<PassRate[]> {
    if (existsSync(path)) return (await readJson(path)) as PassRate[];
    const model = policy && exchange.model(policy);
    const rates = await call('passRates', { config, samples, policy: model, device });
    await writeText(path, `${JSON.stringify(rates)}\n`);
    return rates;
  }
}

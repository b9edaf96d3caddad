import {
  type ModelSpec,
  type NamedTensors,
  parameterLayout,
  type ParameterLayout,
} from '../model/parameters.ts';
import type { ModelHost, OptimizerState } from './host.ts';

/** A model in a host: its weights go in and out here; what it computes is for those who extend this. */
export class HostedModel {
  protected readonly host: ModelHost;
  protected readonly model: ModelSpec;
  readonly #layout: ParameterLayout;

  constructor(host: ModelHost, { config, frozen = [], lora, checkpointing }: ModelSpec) {
    this.host = host;
    this.model = { config, frozen, ...(lora && { lora }), ...(checkpointing && { checkpointing }) };
    this.#layout = parameterLayout(config, frozen, lora);
  }

  load(state: OptimizerState): Promise<void> {
    return this.host.load(this.#layout, state);
  }

  /** Adds frozen tensors, all at once or one after the other. */
  loadFrozen(tensors: NamedTensors): Promise<void> {
    return this.host.loadFrozen(tensors);
  }

  snapshot(): Promise<OptimizerState> {
    return this.host.snapshot();
  }

  held(): Promise<number> {
    return this.host.held();
  }

  dispose(): Promise<void> {
    return this.host.dispose();
  }
}

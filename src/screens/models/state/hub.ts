/** Models by their id at the hub: looked up, shown, agreed to, downloaded. */
import { signal, type ReadonlySignal } from '@preact/signals';
import type { Say } from '../../../app/say.ts';
import { isAbort, isNamed, messageOf } from '../../../errors.ts';
import type { DownloadProgress } from '../../../model/sources/hub-download.ts';
import { findHubModel, type HubModel, parseHubId } from '../../../model/sources/hub.ts';
import { text } from '../text.ts';

export type HubState =
  /** `gated`: a model, with its commit, that was interrupted and goes on with a token alone. */
  | { readonly step: 'idle'; readonly gated?: string }
  | { readonly step: 'looking'; readonly id: string }
  /** Waits for somebody to agree to it. */
  | { readonly step: 'found'; readonly model: HubModel }
  | { readonly step: 'downloading'; readonly model: HubModel; readonly progress: DownloadProgress | null };

export interface HubConnection {
  readonly base: string;
  readonly token: string | null;
}

/** A download that goes on; what has come by the time it is stopped is kept. */
export interface Download {
  /** Rejects with AbortError where it was stopped. */
  readonly done: Promise<void>;
  stop(): void;
}

export interface HubPorts {
  readonly base: () => string;
  readonly download: (
    model: HubModel,
    from: HubConnection,
    report: (progress: DownloadProgress) => void,
  ) => Download;
}

export interface HubModels {
  readonly state: ReadonlySignal<HubState>;
  /** @param token for this model alone; it is forgotten when that is downloaded or left */
  look(typed: string, token: string): Promise<void>;
  /** Ends looking it up, or leaves what was found. */
  leave(): void;
  /** Downloads what was found. */
  agree(): Promise<void>;
  /** Goes on with a download that was interrupted; where that needs a token, it is looked up again with one. */
  goOn(model: HubModel): Promise<void>;
  stop(): void;
}

export function createHubModels(
  { base, download }: HubPorts,
  say: Say,
  changed: () => Promise<void>,
): HubModels {
  const state = signal<HubState>({ step: 'idle' });
  let token: string | null = null;
  let looking: AbortController | null = null;
  let going: Download | null = null;

  const leave = (): void => {
    looking?.abort();
    token = null;
    if (state.peek().step !== 'downloading') state.value = { step: 'idle' };
  };

  const get = async (model: HubModel): Promise<void> => {
    if (going) return;
    state.value = { step: 'downloading', model, progress: null };
    let after: HubState = { step: 'idle' };
    try {
      going = download(model, { base: base(), token }, (progress) => {
        if (state.peek().step === 'downloading') state.value = { step: 'downloading', model, progress };
      });
      await going.done;
      say('notice', text.hub.done(model.id));
    } catch (error) {
      if (isAbort(error)) say('notice', text.hub.stopped(model.id));
      else if (isNamed(error, 'GatedModelError')) {
        say('error', messageOf(error), text.error.hubGated);
        after = { step: 'idle', gated: `${model.id}@${model.commit}` };
      } else say('error', messageOf(error), text.error.hub);
    } finally {
      going = null;
      token = null;
      state.value = after;
      await changed();
    }
  };

  return {
    state,
    leave,
    async look(typed, given) {
      if (state.peek().step !== 'idle') return;
      const stop = new AbortController();
      looking = stop;
      token = given === '' ? null : given;
      state.value = { step: 'looking', id: typed.trim() };
      try {
        const model = await findHubModel(parseHubId(typed), { base: base(), token, signal: stop.signal });
        if (!stop.signal.aborted) state.value = { step: 'found', model };
      } catch (error) {
        if (stop.signal.aborted) return;
        say('error', messageOf(error), text.error.hubLook);
        leave();
      }
    },
    async agree() {
      const now = state.peek();
      if (now.step === 'found') await get(now.model);
    },
    async goOn(model) {
      if (state.peek().step === 'downloading') return;
      leave();
      await get(model);
    },
    stop: () => going?.stop(),
  };
}

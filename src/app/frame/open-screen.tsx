import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { messageOf } from '../../errors.ts';
import { text } from '../../text/index.ts';
import type { Screen } from '../screen.ts';
import './open-screen.css';

/** Screens that have been loaded: a second visit shows at once. */
const loaded = new Map<Screen, ComponentType>();

export async function loadScreen(screen: Screen): Promise<void> {
  if (!loaded.has(screen)) loaded.set(screen, await screen.load());
}

/** The screen itself, once it is here; where it could not be loaded, why, and a way to try again. */
export function OpenScreen({ screen }: { readonly screen: Screen }) {
  const [, setHere] = useState(loaded.has(screen));
  const [failure, setFailure] = useState<unknown>(null);
  const load = (): void => {
    setFailure(null);
    loadScreen(screen).then(() => setHere(true), setFailure);
  };
  useEffect(load, [screen]);
  const View = loaded.get(screen);
  if (View) return <View />;
  if (failure === null)
    return <main class="screen-opening" aria-busy="true" aria-label={text.app.opening(screen.title)} />;
  const { what, kept, todo, again } = text.app.failed;
  return (
    <main class="screen-opening">
      <div class="fatal card" role="alert">
        <h1>{what(screen.title)}</h1>
        <p>{kept}</p>
        <p>{todo}</p>
        <pre class="code raw">{messageOf(failure)}</pre>
        <button type="button" onClick={load}>
          {again}
        </button>
      </div>
    </main>
  );
}

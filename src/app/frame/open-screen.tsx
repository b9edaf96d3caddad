import { useEffect, useState } from 'preact/hooks';
import { messageOf } from '../../errors.ts';
import { text } from '../../text/index.ts';
import { loadedScreen, loadScreen } from '../loaded-screens.ts';
import type { Screen } from '../screen.ts';
import './open-screen.css';

/** The screen itself, once it is here; where it could not be loaded, why, and a way to try again. */
export function OpenScreen({ screen }: { readonly screen: Screen }) {
  const [failure, setFailure] = useState<unknown>(null);
  const load = (): void => {
    setFailure(null);
    loadScreen(screen).catch(setFailure);
  };
  useEffect(load, [screen]);
  const here = loadedScreen(screen);
  if (here) return <here.View />;
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

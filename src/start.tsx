import { render } from 'preact';
import type { LabController } from './app/controller-types.ts';
import { App } from './app/frame/app.tsx';
import { loadScreen } from './app/loaded-screens.ts';
import { startLog } from './app/log.ts';
import { startOffline } from './app/offline.ts';
import { startAppearance } from './app/show-appearance.ts';
import { startTheme } from './app/theme.ts';
import { ui } from './app/ui-state.ts';
import { startPlace } from './app/url-sync.ts';
import { SCREENS } from './screens/registry.ts';
import { text } from './text/index.ts';
import { Workspace } from './workspace/workspace.ts';

async function controllerFor(query: URLSearchParams, workspace: Workspace): Promise<LabController> {
  const demo = query.get('demo');
  if (demo !== null) {
    const { createDemoLab } = await import('./app/demo/lab.ts');
    return createDemoLab(demo);
  }
  return (await import('./app/live-lab.ts')).createLiveLab(workspace);
}

/** So that the first thing shown is a whole page. A screen that cannot be loaded says so in its place. */
async function firstScreen(): Promise<void> {
  const screen = SCREENS.find(({ id }) => id === ui.peek().place.screen);
  if (screen) await loadScreen(screen).catch(() => {});
}

/** Shows the app, or offers it to a program (`/?headless`). */
export async function start(root: HTMLElement): Promise<void> {
  startTheme();
  root.replaceChildren();
  const query = new URLSearchParams(location.search);
  if (query.has('headless')) {
    const { createAutomation } = await import('./headless/automation.ts');
    const cores = query.get('cores');
    window.posterior = createAutomation(new Workspace(cores === null ? undefined : Number(cores)));
    return;
  }
  startPlace(SCREENS);
  startAppearance();
  try {
    const workspace = new Workspace();
    const [controller] = await Promise.all([controllerFor(query, workspace), firstScreen()]);
    startLog(controller.state);
    render(<App controller={controller} workspace={workspace} screens={SCREENS} />, root);
    // Without it the page works as well, only not without a network.
    startOffline().catch(() => {});
  } catch (error) {
    const { what, kept, todo } = text.runMessages.missing;
    render(
      <main class="fatal card">
        <div role="alert">
          <h1>{what}</h1>
          <p>{kept}</p>
          <p>{todo}</p>
        </div>
        <pre class="code raw">{String(error)}</pre>
      </main>,
      root,
    );
  }
}

import { render } from 'preact';
import { App } from './app/app.tsx';
import type { LabController } from './app/controller-types.ts';
import { text } from './app/messages.ts';
import { startTheme } from './app/theme.ts';
import { Workspace } from './workspace/workspace.ts';

async function controllerFor(query: URLSearchParams, workspace: Workspace): Promise<LabController> {
  const demo = query.get('demo');
  if (demo !== null) {
    const { createDemoLab } = await import('./app/demo/lab.ts');
    return createDemoLab(demo);
  }
  return (await import('./app/live-lab.ts')).createLiveLab(workspace);
}

/** Shows the app, or offers it to a program (`/?headless`). */
export async function start(root: HTMLElement): Promise<void> {
  startTheme();
  root.replaceChildren();
  const query = new URLSearchParams(location.search);
  if (query.has('headless')) {
    const { createAutomation } = await import('./headless/automation.ts');
    window.posterior = createAutomation(new Workspace());
    return;
  }
  try {
    const workspace = new Workspace();
    const controller = await controllerFor(query, workspace);
    render(<App controller={controller} workspace={workspace} />, root);
  } catch (error) {
    const { what, kept, todo } = text.engine.missing;
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

import { useLab } from '../../app/lab-context.ts';
import { text } from '../../app/messages.ts';
import { look, ui } from '../../app/ui-state.ts';
import { MessagesList } from '../../views/messages-list.tsx';
import { Charts } from './charts.tsx';
import { GatePanel } from './gate-panel.tsx';
import { GroupsPanel } from './groups-panel.tsx';
import { Header } from './header.tsx';
import { PassChart } from './pass-chart.tsx';
import { RunPanel } from './run-panel.tsx';
import { Scoreboard } from './scoreboard.tsx';
import { SettingsPanel } from './settings-panel.tsx';
import { StoredRuns } from './stored-runs.tsx';
import { TryItPanel } from './try-it/panel.tsx';

function Messages() {
  const { controller, slice } = useLab();
  const own = ui.value.messages;
  const dismiss = (id: string): void => {
    if (own.some((m) => m.id === id)) look({ messages: own.filter((m) => m.id !== id) });
    else controller.dismiss?.(id);
  };
  return <MessagesList messages={[...own, ...slice('messages')]} onDismiss={dismiss} />;
}

/** The Lab: set up a run, watch it learn, look at every completion of the latest step. */
export function LabScreen() {
  return (
    <>
      <a
        class="skip"
        href="#run"
        onClick={(e) => (e.preventDefault(), document.getElementById('run')?.focus())}
      >
        {text.app.skip}
      </a>
      <Header />
      <main class="lab">
        <div class="side">
          <RunPanel />
          <SettingsPanel />
        </div>
        <div class="stage">
          <Messages />
          <StoredRuns />
          <Scoreboard />
          <div class="hero">
            <PassChart />
            <GatePanel />
          </div>
          <GroupsPanel />
          <TryItPanel />
          <Charts />
        </div>
      </main>
      <footer class="page-foot">
        <p>{text.app.source}</p>
        <p>{text.app.method}</p>
      </footer>
    </>
  );
}

import { Messages } from '../../app/frame/messages.tsx';
import { Part } from '../../app/frame/part.tsx';
import { Charts } from './charts.tsx';
import { GatePanel } from './gate-panel.tsx';
import { GroupsPanel } from './groups-panel.tsx';
import { PassChart } from './pass-chart.tsx';
import { LivePanel } from './live-panel.tsx';
import { RunPanel } from './run-panel.tsx';
import { Scoreboard } from './scoreboard.tsx';
import { SettingsPanel } from './settings-panel.tsx';
import { StoredRuns } from './stored-runs.tsx';
import { TryItPanel } from './try-it/panel.tsx';
import './lab.css';

/** The Lab: set up a run, watch it learn, look at every completion of the latest step. */
export function LabScreen() {
  return (
    <main class="screen">
      <div class="side">
        <Part name="run">
          <RunPanel />
        </Part>
        <Part name="settings">
          <LivePanel />
          <SettingsPanel />
        </Part>
      </div>
      <div class="stage">
        <Messages />
        <Part name="runs">
          <StoredRuns />
        </Part>
        <Part name="scores">
          <Scoreboard />
        </Part>
        <div class="hero">
          <Part name="pass">
            <PassChart />
          </Part>
          <Part name="gate-plot">
            <GatePanel />
          </Part>
        </div>
        <Part name="groups">
          <GroupsPanel />
        </Part>
        <Part name="try-it">
          <TryItPanel />
        </Part>
        <Part name="curves">
          <Charts />
        </Part>
      </div>
    </main>
  );
}

import { useEffect } from 'preact/hooks';
import { Messages } from '../../app/frame/messages.tsx';
import { BrowserCard } from './browser-card.tsx';
import { LogCard } from './log-card.tsx';
import { MachineCards } from './machine-cards.tsx';
import { ReportCard } from './report-card.tsx';
import { SelfTestCard } from './self-test-card.tsx';
import { SpeedCard } from './speed-card.tsx';
import { useDiagnostics } from './state.ts';
import { text } from './text.ts';
import './diagnostics.css';

/** Diagnostics: what this browser offers, whether it computes right, how fast, and a report of it. */
export function DiagnosticsScreen() {
  const diagnostics = useDiagnostics();
  useEffect(() => void diagnostics.look(), [diagnostics]);
  return (
    <main class="screen diagnostics">
      <div class="side">
        <MachineCards />
      </div>
      <div class="stage" id="diagnostics">
        <Messages />
        <p class="diagnostics-about">{text.about}</p>
        <SelfTestCard />
        <SpeedCard />
        <BrowserCard />
        <LogCard />
        <ReportCard />
      </div>
    </main>
  );
}

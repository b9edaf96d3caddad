import { useState } from 'preact/hooks';
import { version } from '../../../package.json';
import { copied } from '../../app/copy.ts';
import { log } from '../../app/log.ts';
import { usePage } from '../../app/page.ts';
import { useDiagnostics } from './state.ts';
import { reportText } from './state/report.ts';
import { text } from './text.ts';

const words = text.report;

/** Everything as one text to copy. */
export function ReportCard() {
  const { slice } = usePage();
  const [done, setDone] = useState<boolean | null>(null);
  const report = reportText(useDiagnostics().state.value, {
    version,
    device: slice('device'),
    log: log.value,
  });
  const copy = (): void => void copied(report).then(setDone);
  return (
    <section class="card" aria-labelledby="diagnostics-report">
      <h2 id="diagnostics-report">{words.heading}</h2>
      <p class="about">{words.about}</p>
      <textarea class="code" readOnly rows={12} aria-label={words.label} value={report} />
      <div class="device-line">
        <span role="status">{done === null ? '' : done ? words.copied : words.notCopied}</span>
        <button type="button" onClick={copy}>
          {words.copy}
        </button>
      </div>
    </section>
  );
}

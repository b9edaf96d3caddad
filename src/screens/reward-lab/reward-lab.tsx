import { useEffect } from 'preact/hooks';
import { useLab } from '../../app/lab-context.ts';
import { text } from '../../app/messages.ts';
import { REWARD_TABS, type RewardTab } from '../../app/place.ts';
import { ui } from '../../app/ui-state.ts';
import { MessagesList } from '../../views/messages-list.tsx';
import { Tabs } from '../../views/tabs.tsx';
import { Messages } from '../messages.tsx';
import { Shell } from '../shell.tsx';
import { BenchPanel } from './bench-panel.tsx';
import { FoolPanel } from './fool-panel.tsx';
import { ModelCard } from './model-card.tsx';
import { PairsPanel } from './pairs-panel.tsx';
import { ScorePanel } from './score-panel.tsx';
import { TrainPanel } from './train-panel.tsx';
import { useRewardLab } from './use-desk.ts';

const words = text.rewardLab;

function Panel({ tab }: { readonly tab: RewardTab }) {
  switch (tab) {
    case 'score':
      return <ScorePanel />;
    case 'pairs':
      return <PairsPanel />;
    case 'train':
      return <TrainPanel />;
    case 'bench':
      return <BenchPanel />;
    case 'fool':
      return <FoolPanel />;
  }
}

/** While the model is opened, or when it could not be. */
function Opening() {
  const { desk } = useRewardLab();
  const { status } = desk.state.value;
  const open = (): void => void desk.ready().catch((error: unknown) => desk.fail(error, words.error.open));
  if (status === 'failed')
    return (
      <div class="card desk-opening">
        <p>{words.failed.what}</p>
        <button type="button" onClick={open}>
          {words.failed.again}
        </button>
      </div>
    );
  return (
    <div class="card desk-opening">
      <p>{words.opening}</p>
      <progress aria-label={words.opening} />
    </div>
  );
}

/** The Reward lab: what the reward model sees, how often it is right, and how it can be fooled. */
export function RewardLabScreen() {
  const { commandContext } = useLab();
  const { desk, training, bench, fool, pairs } = useRewardLab();
  const { status, messages } = desk.state.value;
  const { tab } = ui.value.place;
  useEffect(() => {
    void desk.ready().catch((error: unknown) => desk.fail(error, words.error.open));
  }, [desk]);
  const busy: Record<RewardTab, boolean> = {
    score: false,
    pairs: pairs.state.value.busy,
    train: training.state.value.running !== null,
    bench: bench.state.value.running !== null,
    fool: fool.state.value.running,
  };
  return (
    <Shell skip={text.app.skip.reward} skipTo="reward-model">
      <main class="lab reward-lab">
        <div class="side">
          <ModelCard />
        </div>
        <div class="stage">
          <Messages />
          <MessagesList messages={messages} onDismiss={desk.dismiss} />
          <p class="reward-about">{words.about}</p>
          <Tabs
            id="reward"
            label={words.tabs}
            tabs={REWARD_TABS.map((value) => ({ value, label: words.tab[value], busy: busy[value] }))}
            value={tab}
            onChange={(to) => commandContext.goTo({ tab: to })}
          >
            {status === 'ready' ? <Panel tab={tab} /> : <Opening />}
          </Tabs>
        </div>
      </main>
    </Shell>
  );
}

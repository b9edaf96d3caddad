import { useEffect } from 'preact/hooks';
import { usePage } from '../../app/page.ts';
import { text } from './text.ts';
import { MessagesList } from '../../views/messages-list.tsx';
import { Tabs } from '../../views/tabs.tsx';
import { Messages } from '../../app/frame/messages.tsx';
import { BenchPanel } from './bench-panel.tsx';
import { FoolPanel } from './fool-panel.tsx';
import { ModelCard } from './model-card.tsx';
import { OwnRolloutsPanel } from './own-rollouts-panel.tsx';
import { PairsPanel } from './pairs-panel.tsx';
import { ID, openTab, REWARD_TABS, type RewardTab } from './place.ts';
import { ScorePanel } from './score-panel.tsx';
import { TrainPanel } from './train-panel.tsx';
import { useRewardLab } from './state.ts';
import './reward-lab.css';

function Panel({ tab }: { readonly tab: RewardTab }) {
  switch (tab) {
    case 'score':
      return <ScorePanel />;
    case 'own':
      return <OwnRolloutsPanel />;
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
  const open = (): void => void desk.ready().catch((error: unknown) => desk.fail(error, text.error.open));
  if (status === 'failed')
    return (
      <div class="card desk-opening">
        <p>{text.failed.what}</p>
        <button type="button" onClick={open}>
          {text.failed.again}
        </button>
      </div>
    );
  return (
    <div class="card desk-opening">
      <p>{text.opening}</p>
      <progress aria-label={text.opening} />
    </div>
  );
}

/** The Reward lab: what the reward model sees, how often it is right, and how it can be fooled. */
export function RewardLabScreen() {
  const { goTo } = usePage();
  const { desk, training, bench, fool, own, pairs, writing } = useRewardLab();
  const { status, messages } = desk.state.value;
  const tab = openTab();
  useEffect(() => {
    void desk.ready().catch((error: unknown) => desk.fail(error, text.error.open));
  }, [desk]);
  const busy: Record<RewardTab, boolean> = {
    score: false,
    own: own.state.value.running,
    pairs: pairs.state.value.busy || writing.state.value.running !== null,
    train: training.state.value.running !== null,
    bench: bench.state.value.running !== null,
    fool: fool.state.value.running,
  };
  return (
    <main class="screen reward-lab">
      <div class="side">
        <ModelCard />
      </div>
      <div class="stage">
        <Messages />
        <MessagesList messages={messages} onDismiss={desk.dismiss} />
        <p class="reward-about">{text.about}</p>
        <Tabs
          id="reward"
          label={text.tabs}
          tabs={REWARD_TABS.map((value) => ({ value, label: text.tab[value], busy: busy[value] }))}
          value={tab}
          onChange={(to) => goTo(ID, { tab: to })}
        >
          {status === 'ready' ? <Panel tab={tab} /> : <Opening />}
        </Tabs>
      </div>
    </main>
  );
}

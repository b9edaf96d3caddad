/** The page of the benchmarks: an entry of its own, so that the app ships none of them and not their peer. */
import '../src/headless/requests.ts';
import { benchEngine } from './engine.ts';
import './types.ts';

window.posteriorBench = {
  benchEngine: (request) =>
    benchEngine(request, (activity, done, total) =>
      window.posteriorEmit?.({ type: 'progress', activity, done, total }),
    ),
};

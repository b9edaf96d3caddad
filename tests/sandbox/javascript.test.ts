import { JAVASCRIPT } from './attacks/javascript/index.ts';
import { describeAttacks } from './attacks/runner.ts';

describeAttacks('javascript', JAVASCRIPT);

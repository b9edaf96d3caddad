import { describeAttacks } from './attacks/runner.ts';
import { PYTHON } from './attacks/python/index.ts';

describeAttacks('python', PYTHON);

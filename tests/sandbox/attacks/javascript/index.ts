import type { AttackClass } from '../attack.ts';
import { channel } from './channel.ts';
import { exit } from './exit.ts';
import { host } from './host.ts';
import { leaks } from './leaks.ts';
import { memory } from './memory.ts';
import { network } from './network.ts';
import { storage } from './storage.ts';
import { tampering } from './tampering.ts';
import { termination } from './termination.ts';
import { values } from './values.ts';

export const JAVASCRIPT: AttackClass = {
  termination, memory, exit, tampering, channel, leaks, host, network, storage, values,
}; // prettier-ignore

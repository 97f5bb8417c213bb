import { runsAlikeOn } from './runsAlike.ts';

runsAlikeOn('tensorflow');

import { runsAlikeOn } from './runsAlike.ts';

runsAlikeOn('wasm');

/** Runs over a base in 8 bits. */
import { testQuantisedBase } from './quantisedBase.ts';

testQuantisedBase('int8', 0.02);

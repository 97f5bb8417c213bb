/** Runs over a base in 4 bits. */
import { testQuantisedBase } from './quantisedBase.ts';

testQuantisedBase('nf4', 0.2);

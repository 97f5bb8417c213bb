/** A busy machine may take longer than a second to draw; a test that waits for what never comes fails all the same. */
import { configure } from '@testing-library/svelte';

configure({ asyncUtilTimeout: 20_000 });

/** Every endpoint of the server. */
import { chatCompletions } from './chatCompletions.ts';
import { completions } from './completions.ts';
import type { Endpoint } from './endpoint.ts';
import { health } from './health.ts';
import { model, models } from './models.ts';

export const endpoints: readonly Endpoint[] = [models, model, chatCompletions, completions, health];

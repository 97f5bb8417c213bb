/** The studio's procedures for a test that wants something in place before a person comes to the window. */
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { WebSocket } from 'ws';
import type { Adapter, Dataset, Model } from '../../../main/contract/entities.ts';
import type { Procedures } from '../../../main/contract/procedures/registry.ts';
import type { TaskTicket } from '../../../main/contract/tasks.ts';

export type StudioClient = ContractRouterClient<Procedures>;

/** Comes in as a browser does: the token for a cookie, the cookie for a socket. */
export async function connectStudio(address: string): Promise<{ readonly client: StudioClient; close(): void }> {
  const entry = await fetch(address, { redirect: 'manual' });
  const cookie = entry.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const { host, origin } = new URL(address);
  const socket = new WebSocket(`ws://${host}/rpc`, { headers: { cookie, origin } });
  const client: StudioClient = createORPCClient(new RPCLink({ websocket: socket }));
  return { client, close: () => socket.close() };
}

/** The result of a task. Throws what it failed with. */
export async function ended<Result>(client: StudioClient, ticket: Promise<TaskTicket<Result>>): Promise<Result> {
  const { taskId } = await ticket;
  let last;
  for await (const task of await client.tasks.watch({ id: taskId })) last = task;
  if (last?.state !== 'succeeded') throw new Error(last?.error?.message ?? 'the task did not end');
  return last.result as Result;
}

export interface Sample {
  readonly model: Model;
  readonly dataset: Dataset;
}

/** The sample model and a sample dataset, as the guided first run puts them in place. */
export async function withSample(client: StudioClient): Promise<Sample> {
  const { model } = await ended(client, client.models.fetch({ source: 'sample' }));
  const dataset = await client.datasets.importSample({ id: 'pirate-replies' });
  return { model, dataset };
}

/** Trains a few steps: enough to have an adapter. */
export async function trainBriefly(client: StudioClient, { model, dataset }: Sample, name: string): Promise<Adapter> {
  const training = { steps: 6, batchSize: 2, maxLength: 32, evaluationSplit: 0, sampleTokens: 0 };
  const run = await client.runs.start({
    name,
    model: model.id,
    dataset: dataset.id,
    method: 'lora',
    methodOptions: { rank: 2 },
    training,
  });
  const news = await client.runs.watch({ id: run.id });
  while ((await news.next()).done !== true);
  const { adapterId } = await client.runs.get({ id: run.id });
  if (adapterId === null) throw new Error('the run left no adapter');
  return (await client.adapters.get({ id: adapterId })).adapter;
}

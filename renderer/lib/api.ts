/** The typed client of every procedure, whatever carries it. */
import type { ContractRouterClient } from '@orpc/contract';
import { createTanstackQueryUtils } from '@orpc/tanstack-query';
import type { Procedures } from '../../main/contract/procedures/registry.ts';

export type Api = ContractRouterClient<Procedures>;

/** Query options and keys by procedure: `queries.runs.list.queryOptions({ input })`, `queries.runs.key()`. */
export type Queries = ReturnType<typeof makeQueries>;

export function makeQueries(api: Api) {
  return createTanstackQueryUtils(api);
}

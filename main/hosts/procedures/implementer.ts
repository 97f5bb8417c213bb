/**
 * What every handler starts from: the contract, the context a host gives, and errors in the one form that crosses
 * wires. Also what a stream throws after its beginning is translated, which oRPC's own interceptors do not see.
 */
import { implement } from '@orpc/server';
import { procedures } from '../../contract/procedures/registry.ts';
import { toWireError, translateErrors } from './wireErrors.ts';
import type { HostContext } from './HostContext.ts';

export const os = implement(procedures)
  .$context<HostContext>()
  .use(async ({ next }) => {
    try {
      const result = await next();
      return { ...result, output: translateErrors(result.output) };
    } catch (error) {
      throw toWireError(error);
    }
  });

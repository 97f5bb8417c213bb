/**
 * Handlers that only forward to a service, derived from the contract. A procedure is forwarded to the service's method
 * of its name, which takes what the contract's input says:
 *   no input           method()
 *   one field          method(value)
 *   id and others      method(id, the others)
 *   fields without id  method(input)
 * A method that gives nothing answers null. What has no such method, or one of other types, must be written out; left
 * out it is a type error. So must streams, which end with the caller's signal. One that is written out is not derived.
 */
import type { ContractProcedure, ErrorMap, InferSchemaInput, InferSchemaOutput, Meta } from '@orpc/contract';
import type { Router } from '@orpc/server';
import { z } from 'zod';
import { procedures, type Procedures } from '../../contract/procedures/registry.ts';
import type { Studio } from '../../contract/services.ts';
import type { HostContext } from './HostContext.ts';
import { os } from './implementer.ts';

type IsUnion<T, All = T> = T extends T ? ([All] extends [T] ? false : true) : never;

type Arguments<Input> = unknown extends Input
  ? []
  : IsUnion<keyof Input> extends false
    ? [Input[keyof Input]]
    : Input extends { readonly id: infer Id }
      ? [id: Id, others: Omit<Input, 'id'>]
      : [Input];

type Answer<Output> = Output | Promise<Output> | (Output extends null ? void | Promise<void> : never);

type Fits<Procedure, Method> =
  Procedure extends ContractProcedure<infer Input, infer Output, ErrorMap, Meta>
    ? Method extends (...given: infer Parameters) => infer Result
      ? Arguments<InferSchemaOutput<Input>> extends Parameters
        ? Result extends AsyncIterable<unknown>
          ? false
          : Result extends Answer<InferSchemaInput<Output>>
            ? true
            : false
        : false
      : false
    : false;

type Derived<Domain, Service> = {
  [Name in keyof Domain]: Name extends keyof Service
    ? Fits<Domain[Name], Service[Name]> extends true
      ? Name
      : never
    : never;
}[keyof Domain];

type Handlers<Domain extends keyof Procedures> = Router<Procedures[Domain], HostContext>;

type WrittenOut<Domain extends keyof Procedures, Service> = Omit<
  Handlers<Domain>,
  Derived<Procedures[Domain], Service>
> &
  Partial<Handlers<Domain>>;

type Method = (...given: readonly unknown[]) => unknown;
type Handler = (call: { readonly context: HostContext; readonly input: unknown }) => unknown;

/** Every handler of `domain`: those written out, and for the rest such as forward to the studio's `service`. */
export function forwarding<Domain extends keyof Procedures, Service extends keyof Studio>(
  domain: Domain,
  service: Service,
  writtenOut: WrittenOut<Domain, Studio[Service]>,
): Handlers<Domain> {
  const implementers = os[domain] as unknown as Readonly<Record<string, { handler(handler: Handler): unknown }>>;
  const derived = Object.entries(procedures[domain])
    .filter(([name]) => !(name in writtenOut))
    .map(([name, procedure]: [string, ContractProcedure<never, never, never, never>]) => {
      const argumentsOf = argumentsBy(procedure['~orpc'].inputSchema);
      const handler: Handler = async ({ context, input }) => {
        const methods = context.studio[service] as unknown as Readonly<Record<string, Method | undefined>>;
        if (methods[name] === undefined) throw new Error(`${service} has no method ${name}`);
        return (await methods[name](...argumentsOf(input))) ?? null;
      };
      return [name, implementers[name]?.handler(handler)];
    });
  return { ...Object.fromEntries(derived), ...writtenOut } as Handlers<Domain>;
}

function argumentsBy(schema: unknown): (input: unknown) => readonly unknown[] {
  if (schema === undefined) return () => [];
  const fields = schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
  const [only] = fields;
  if (fields.length === 1 && only !== undefined) return (input) => [(input as Record<string, unknown>)[only]];
  if (!fields.includes('id')) return (input) => [input];
  return (input) => {
    const { id, ...others } = input as Record<string, unknown>;
    return [id, others];
  };
}

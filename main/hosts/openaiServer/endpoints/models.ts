/** `GET /v1/models` and `GET /v1/models/{id}`: the base and each adapter as a model; `parent` is the adapter's base. */
import type { ServedModel } from '../../../contract/serving.ts';
import type { Endpoint } from './endpoint.ts';

export const models: Endpoint = {
  method: 'GET',
  path: '/v1/models',
  handle: (call) => call.sendJson(200, { object: 'list', data: call.serving.models().map(describe) }),
};

export const model: Endpoint = {
  method: 'GET',
  path: '/v1/models/:id',
  handle: (call, id) => call.sendJson(200, describe(call.serving.model(id))),
};

function describe({ name, base, createdAt }: ServedModel) {
  return { id: name, object: 'model', created: Math.floor(createdAt / 1000), owned_by: 'graft', parent: base };
}

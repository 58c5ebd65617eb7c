import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { sendNotFound } from '../../ops/unrouted.ts';
import type { ClientAddons, ClientAddonsReader } from '../addons/client-addons.ts';
import type { AnswerSender } from './answer.ts';
import { legacyJson } from './legacy-json.ts';
import { isSegment } from './segment.ts';
import type { ServedModels } from './served-models.ts';

const PARAMS = Type.Object({
  hashedClientId: Type.String({ description: 'lower-case hex SHA-256 of the client id' }),
  addonId: Type.String(),
});
const RESULTS = Type.Object({ results: Type.Boolean(), error: Type.Optional(Type.String()) });

const NO_CLIENT = legacyJson({ results: false, error: 'No client found' });

/** Whether a client has an add-on (spec/taar-serving.md section 1.2). Needs no models. */
export function registerClientHasAddon(
  app: FastifyInstance,
  models: ServedModels<unknown>,
  reader: ClientAddonsReader,
  sender: AnswerSender,
): void {
  app.get<{ Params: Type.Static<typeof PARAMS> }>(
    '/v1/api/client_has_addon/:hashedClientId/:addonId/',
    { schema: { params: PARAMS, response: { 200: RESULTS } } },
    async (request, reply) => {
      const { hashedClientId, addonId } = request.params;
      if (!isSegment(hashedClientId) || !isSegment(addonId)) return sendNotFound(reply);
      const setVersion = models.current()?.setVersion;
      const { body, path } = answerOf(await reader.read(hashedClientId), addonId);
      return sender.send(reply, 'client_has_addon', body, { setVersion, path });
    },
  );
}

function answerOf(addons: ClientAddons, addonId: string): { readonly body: string; readonly path: string } {
  if (addons.kind === 'no-client') return { body: NO_CLIENT, path: 'empty:no-client' };
  if (addons.kind === 'failed') return { body: NO_CLIENT, path: `fallback:${addons.why}` };
  return { body: legacyJson({ results: addons.ids.includes(addonId) }), path: 'personal' };
}

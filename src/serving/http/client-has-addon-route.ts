import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { isShownAsInstalled } from '../../domain/add-on.ts';
import { sendNotFound } from '../../ops/unrouted.ts';
import type { ClientProfile, ClientProfileReader } from '../addons/client-profiles.ts';
import type { AnswerSender } from './answer.ts';
import type { RouteGuard } from './client-guard.ts';
import { legacyJson } from './legacy-json.ts';
import { isSegment } from './segment.ts';
import type { ServedModels } from './served-models.ts';

const PARAMS = Type.Object({
  hashedClientId: Type.String({
    description: 'lower-case hex SHA-256 of the client id',
    examples: ['0'.repeat(64)],
  }),
  addonId: Type.String({ examples: ['uBlock0@raymondhill.net'] }),
});
const RESULTS = Type.Object({ results: Type.Boolean(), error: Type.Optional(Type.String()) });

const NO_CLIENT = legacyJson({ results: false, error: 'No client found' });

/** Whether a client has an add-on (spec/taar-serving.md section 1.2). Needs no models. */
export function registerClientHasAddon(
  app: FastifyInstance,
  models: ServedModels<unknown>,
  reader: ClientProfileReader,
  sender: AnswerSender,
  guard: RouteGuard,
): void {
  app.get<{ Params: Type.Static<typeof PARAMS> }>(
    '/v1/api/client_has_addon/:hashedClientId/:addonId/',
    {
      onRequest: [...guard],
      schema: {
        summary: 'Whether a client has an add-on',
        takesToken: true,
        params: PARAMS,
        response: { 200: RESULTS },
      },
    },
    async (request, reply) => {
      const { hashedClientId, addonId } = request.params;
      if (!isSegment(hashedClientId) || !isSegment(addonId)) return sendNotFound(reply);
      const setVersion = models.current()?.setVersion;
      const { body, path } = answerOf(await reader.read(hashedClientId), addonId);
      return sender.send(reply, 'client_has_addon', body, { setVersion, path });
    },
  );
}

function answerOf(client: ClientProfile, addonId: string): { readonly body: string; readonly path: string } {
  if (client.kind === 'no-client') return { body: NO_CLIENT, path: 'empty:no-client' };
  if (client.kind === 'failed') return { body: NO_CLIENT, path: `fallback:${client.why}` };
  const addons = client.profile.addons?.addons ?? [];
  const results = addons.some((addon) => addon.id === addonId && isShownAsInstalled(addon));
  return { body: legacyJson({ results }), path: 'personal' };
}

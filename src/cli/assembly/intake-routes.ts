import type { FastifyInstance } from 'fastify';
import { requestIdAt } from '../../domain/request-id.ts';
import { registerDeletions } from '../../producers/deletion-routes.ts';
import type { GeoLookup } from '../../producers/geo.ts';
import { registerIntake } from '../../producers/intake.ts';
import { ReceiptSearch } from '../../producers/receipt-search.ts';
import type { AssemblyParts } from './assembly-parts.ts';

/** Adds the ways in: pings, and the deletions of a privacy team. */
export function registerIntakeRoutes(
  app: FastifyInstance,
  { opened, settings, clock, logger, metrics }: AssemblyParts,
  geo: GeoLookup,
): void {
  const { log, codec, keys } = opened;
  const newId = (): string => requestIdAt(clock());
  registerIntake(app, { publisher: log, codec, keys, clock, geo, metrics, logger, requestId: newId });
  const receipts = new ReceiptSearch(log, codec);
  const token = settings.privacyToken;
  registerDeletions(app, { log, codec, keys, clock, newId, receipts, logger, token });
}

/** What `import … from 'taar-stream/producers'` gives. */
export { type Disposition, TaarError } from '../../domain/errors.ts';
export type {
  ClientCounters,
  ClientFacts,
  ClientObservation,
  InstalledAddon,
  Moment,
} from './client-observation.ts';
export { openProducer } from './open-producer.ts';
export type { Outcome, Producer, ReceivedPing } from './producer.ts';
export type { ProducerLogger, ProducerOptions, SaslCredentials } from './producer-options.ts';

import { Counter, Gauge, type Registry } from 'prom-client';
import type { ReceiverStatus } from '../models/receiver.ts';

/** Shows in the metrics which models serve, how old they are and what was refused; asked when somebody looks. */
export function showModels(registry: Registry, status: () => ReceiverStatus): void {
  const registers = [registry];
  new Gauge({
    name: 'taar_model_age_seconds',
    help: 'Time since the model that serves was published',
    labelNames: ['model'],
    registers,
    collect() {
      this.reset();
      for (const { model, ageMs } of status().models) this.set({ model }, ageMs / 1000);
    },
  });
  new Gauge({
    name: 'taar_model_bytes',
    help: 'Size of the model that serves',
    labelNames: ['model'],
    registers,
    collect() {
      this.reset();
      for (const { model, bytes } of status().models) this.set({ model }, bytes);
    },
  });
  new Gauge({
    name: 'taar_model_swap_seconds',
    help: 'How long the last swap held the event loop',
    registers,
    collect() {
      this.set((status().lastSwapMs ?? 0) / 1000);
    },
  });
  new Counter({
    name: 'taar_model_swaps_total',
    help: 'Model sets taken over',
    registers,
    collect() {
      this.reset();
      this.inc(status().swaps);
    },
  });
  new Counter({
    name: 'taar_model_refusals_total',
    help: 'Model sets refused, by code',
    labelNames: ['code'],
    registers,
    collect() {
      this.reset();
      for (const [code, count] of Object.entries(status().refusals)) this.inc({ code }, count);
    },
  });
}

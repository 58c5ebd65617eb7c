import { ModelReceiver } from '../../models/receiver.ts';
import { truncateOf } from '../../ops/settings.ts';
import { type AddonModels, addonsRuntime } from '../../serving/addons/runtime.ts';
import { showModels } from '../model-metrics.ts';
import type { AssemblyParts } from './assembly-parts.ts';

/** Keeps the models ready that answers are made with. */
export function modelsOf({ opened, settings, clock, logger, metrics }: AssemblyParts) {
  const limits = { maxResults: settings.taarliteMaxResults, truncate: truncateOf(settings) };
  const models: ModelReceiver<AddonModels> = new ModelReceiver(
    opened.log,
    opened.codec,
    addonsRuntime(limits),
    clock,
    logger,
  );
  showModels(metrics.registry, () => models.status());
  return models;
}

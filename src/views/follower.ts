import type { EpochMs } from '../domain/clock.ts';
import type { Offset, RecordBatch } from '../log/event-log.ts';
import { topicSettings } from '../log/topics.ts';
import type { Component } from '../ops/lifecycle.ts';
import { changeOf } from './changes.ts';
import { FILLED_ANEW, wayOf } from './standing.ts';
import { type FedState, TopicFeed, type TopicFeedOptions } from './topic-feed.ts';
import type { View } from './view.ts';

export interface ViewFollowerOptions extends TopicFeedOptions {
  readonly view: View;
}

/**
 * Keeps a view up to date in a process that does not own the partitions: feeds it the changelog for ever. When the
 * view fails for now, it waits and goes on from the view's own position.
 */
export class ViewFollower implements Component {
  readonly name: string;
  /** Resolves when the view has reached the changelog's end in every partition once. */
  readonly caughtUp: Promise<void>;
  /** Resolves after `stop`; rejects with the error that ended the following for good. */
  readonly ended: Promise<void>;
  readonly #feed: TopicFeed;

  constructor(options: ViewFollowerOptions) {
    this.name = `view of ${options.topic}`;
    this.#feed = new TopicFeed(options, new FedView(options));
    this.caughtUp = this.#feed.caughtUp;
    this.ended = this.#feed.ended;
  }

  /** @throws TaarError `view-ahead-of-log`, `view-behind-log` (halt): the view must be dropped and rebuilt */
  start(): Promise<void> {
    return this.#feed.start();
  }

  stop(): Promise<void> {
    return this.#feed.stop();
  }

  /** Records that the view is known to lack. */
  lagRecords(): number {
    return this.#feed.lagRecords;
  }

  /** Seconds by which the view is behind; grows while the view cannot be written. */
  lagSeconds(now: EpochMs): number {
    return this.#feed.lagSeconds(now);
  }
}

class FedView implements FedState {
  readonly #options: ViewFollowerOptions;

  constructor(options: ViewFollowerOptions) {
    this.#options = options;
  }

  async from(): Promise<ReadonlyMap<number, Offset>> {
    const { view, log, topic, clock, logger } = this.#options;
    const positions = new Map<number, Offset>();
    for (let partition = 0; partition < topicSettings(topic).partitions; partition++) {
      const { from, isAnew } = await wayOf(view, { log, topic, partition }, clock);
      if (isAnew) logger.warn({ topic, partition }, FILLED_ANEW);
      positions.set(partition, from);
    }
    return positions;
  }

  async take({ partition, records, next }: RecordBatch): Promise<void> {
    await this.#options.view.apply(partition, records.map(changeOf), next);
  }
}

import type { Component } from '../../ops/lifecycle.ts';
import { AnswerFeedback } from '../../serving/feedback/answer-feedback.ts';
import { AnswerTokens } from '../../serving/feedback/answer-tokens.ts';
import { CountedAnswers } from '../../serving/feedback/counted-answers.ts';
import { DailyPseudonyms } from '../../serving/feedback/daily-pseudonyms.ts';
import { FeedbackMetrics } from '../../serving/feedback/feedback-metrics.ts';
import { Observations } from '../../serving/feedback/observations.ts';
import type { ObservationsRouteParts } from '../../serving/feedback/observations-route.ts';
import { ServedRecorder } from '../../serving/feedback/served-recorder.ts';
import { tokenKeyOf } from '../token-key.ts';
import type { AssemblyParts } from './assembly-parts.ts';

export interface Feedback {
  /** What routes tell of their answers. */
  readonly answers: AnswerFeedback;
  /** Started before the HTTP server, and so drained after it: the last answers leave their records, too. */
  readonly recorder: Component;
  /** For answers that name nobody and show no token. Ends before the recorder. */
  readonly counted: CountedAnswers;
  /** What the way in for observations is made with. */
  readonly observations: Pick<ObservationsRouteParts, 'observations' | 'metrics'>;
}

/** What a process that answers keeps of its answers. @throws TaarError `token-key-unusable` (halt) */
export async function feedbackOf({
  opened,
  settings,
  clock,
  logger,
  metrics,
}: AssemblyParts): Promise<Feedback> {
  const { log, codec } = opened;
  const tokens = new AnswerTokens(await tokenKeyOf(settings, logger));
  const counted = new FeedbackMetrics(metrics);
  const recorder = new ServedRecorder({ log, codec, metrics: counted, logger });
  const observations = new Observations({ log, codec, tokens, clock });
  const answers = new AnswerFeedback({ pseudonyms: new DailyPseudonyms(), tokens, recorder, clock });
  return {
    answers,
    recorder,
    counted: new CountedAnswers(answers),
    observations: { observations, metrics: counted },
  };
}

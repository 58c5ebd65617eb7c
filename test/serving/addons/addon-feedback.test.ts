import { describe, expect, it } from 'vitest';
import { type ClientKey, ClientKeys, sha256Hex } from '../../../src/domain/client-key.ts';
import { AddonFeedback } from '../../../src/serving/addons/addon-feedback.ts';
import type { AddonAnswer, AddonQuestion } from '../../../src/serving/addons/recommender.ts';
import type { ServedAnswer } from '../../../src/serving/feedback/served-answer.ts';

const KEYS = new ClientKeys('a pepper of some length');
const SHA = sha256Hex('somebody');
const MEMBERS = [{ model: 'ranking', version: 'v1' }];
const ANSWER: AddonAnswer = { items: [], path: 'empty:late', setVersion: 'set-1', trace: undefined };
const QUESTION: AddonQuestion = {
  requestId: 'request-1',
  placement: 'disco',
  client: SHA,
  locale: undefined,
  platform: undefined,
  maxResults: 4,
  excluded: [],
  promoted: [],
  asTaar: true,
  seed: undefined,
};

function told(answer: AddonAnswer, question: AddonQuestion) {
  const served: { client: ClientKey | undefined; answer: ServedAnswer }[] = [];
  const feedback = new AddonFeedback({
    feedback: {
      served: (client, recorded) => {
        served.push({ client, answer: recorded });
        return () => 'token-1';
      },
    },
    keys: KEYS,
    models: { current: () => ({ setVersion: 'set-1', members: MEMBERS }) },
  });
  const token = feedback.served(answer, question);
  return { token: token(), served };
}

describe('AddonFeedback', () => {
  it('records an answer once, under the client key, with the models of its set', () => {
    const { token, served } = told(ANSWER, QUESTION);
    expect(token).toBe('token-1');
    expect(served).toEqual([{ client: KEYS.of(SHA), answer: expect.objectContaining({ models: MEMBERS }) }]);
  });

  it.each(['00000', 'not an id', SHA.toUpperCase(), '', undefined])(
    'knows nobody of the name %j',
    (client) => {
      expect(told(ANSWER, { ...QUESTION, client }).served[0]?.client).toBeUndefined();
    },
  );

  it('names no models where another set has taken over, or none answered', () => {
    for (const setVersion of ['set-0', undefined]) {
      expect(told({ ...ANSWER, setVersion }, QUESTION).served[0]?.answer.models).toEqual([]);
    }
  });

  it('records the list that the old route shows: by weight, with what it promotes', () => {
    const a = { id: 'a', score: 1, probability: 1, sources: {}, reasons: [] };
    const promoted = [
      { guid: 'p', weight: 0.5 },
      { guid: 'q', weight: 3 },
    ];
    const { served } = told({ ...ANSWER, items: [a] }, { ...QUESTION, promoted });
    const items = served[0]?.answer.items.map(({ id, score, reasons }) => [id, score, reasons]);
    const promotion = [{ kind: 'promoted', about: [] }];
    expect(items).toEqual([
      ['q', 3, promotion],
      ['a', 1, []],
      ['p', 0.5, promotion],
    ]);
  });
});

import { type Static, Type } from 'typebox';
import { DETAIL_PLACEMENT, LEGACY_PLACEMENT, MOST_RESULTS } from '../addons/placements.ts';

/** An add-on id of AMO has some 255 characters at most; longer ones only take room. */
const MAX_ID_CHARACTERS = 255;
/** What a page has shown already; more would make a request costlier than its answer. */
const MAX_EXCLUDED = 200;
/** More than a page shows is no promotion. */
const MAX_PROMOTED = MOST_RESULTS;
/** A sha256hex has 64 characters; some slack for test ids. */
const MAX_CLIENT_CHARACTERS = 128;
/** BCP 47 tags of browsers are far shorter. */
const MAX_LOCALE_CHARACTERS = 35;
const MAX_PLATFORM_CHARACTERS = 64;
const MAX_SEED = 2 ** 32 - 1;

const ADDON_ID = Type.String({ minLength: 1, maxLength: MAX_ID_CHARACTERS });

/** Body of `POST /v2/recommendations`. */
export const QUESTION = Type.Object(
  {
    placement: Type.String({ description: 'where the answer is shown; 404 lists those there are' }),
    client: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: MAX_CLIENT_CHARACTERS,
        description:
          'lower-case hex SHA-256 of the client id, or a test id: one character, repeated; ' +
          'needed where the placement is for a client, else refused',
      }),
    ),
    addon: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: MAX_ID_CHARACTERS,
        description:
          'the add-on that others are to go with; needed where the placement is about one, else refused',
      }),
    ),
    locale: Type.Optional(
      Type.String({ maxLength: MAX_LOCALE_CHARACTERS, description: 'used where the profile has none' }),
    ),
    platform: Type.Optional(
      Type.String({ maxLength: MAX_PLATFORM_CHARACTERS, description: 'what the add-ons have to run on' }),
    ),
    maxResults: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MOST_RESULTS,
        description: 'without it, as many as the place has',
      }),
    ),
    excluded: Type.Optional(
      Type.Array(ADDON_ID, { maxItems: MAX_EXCLUDED, description: 'add-ons that are not to be given' }),
    ),
    promoted: Type.Optional(
      Type.Array(Type.Object({ id: ADDON_ID, weight: Type.Number() }, { additionalProperties: false }), {
        maxItems: MAX_PROMOTED,
        description: 'add-ons that are put among the others, by weight',
      }),
    ),
    seed: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: MAX_SEED,
        description: 'makes the answer repeatable; only with API_TOKEN',
      }),
    ),
    debug: Type.Optional(Type.Boolean({ description: 'adds the trace of the answer; only with API_TOKEN' })),
  },
  {
    additionalProperties: false,
    examples: [
      { placement: LEGACY_PLACEMENT, client: '0000000000', locale: 'en-US', maxResults: 4 },
      {
        placement: LEGACY_PLACEMENT,
        client: '5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9',
        excluded: ['uBlock0@raymondhill.net'],
        promoted: [{ id: '@testpilot-containers', weight: 2.5 }],
      },
      { placement: DETAIL_PLACEMENT, addon: 'uBlock0@raymondhill.net', platform: 'Linux', maxResults: 4 },
    ],
  },
);
export type QuestionBody = Static<typeof QUESTION>;

const REASON = Type.Union([
  Type.Object({
    kind: Type.Literal('becauseOf'),
    installed: Type.Array(Type.String(), { description: 'what the client has, or the add-on asked about' }),
  }),
  Type.Object({ kind: Type.Literal('popularIn'), locale: Type.String() }),
  Type.Object({ kind: Type.Literal('popular') }),
  Type.Object({ kind: Type.Literal('promoted') }),
  Type.Object({ kind: Type.Literal('test') }),
]);

/** Answer of `POST /v2/recommendations`. */
export const ANSWER = Type.Object({
  requestId: Type.String(),
  placement: Type.String(),
  items: Type.Array(
    Type.Object({
      id: Type.String(),
      score: Type.Number(),
      probability: Type.Union([Type.Number(), Type.Null()], {
        description: 'of being drawn at its place; null where nothing was drawn',
      }),
      sources: Type.Record(Type.String(), Type.Number(), {
        description: 'what each source added to the score',
      }),
      reasons: Type.Array(REASON),
    }),
  ),
  path: Type.String({ description: '`personal`, `item`, `test`, `fallback:<why>` or `empty:<why>`' }),
  setVersion: Type.Union([Type.String(), Type.Null()], { description: 'the set of models that answered' }),
  token: Type.Union([Type.String(), Type.Null()], {
    description: 'names this answer in observations; null where it was given up for being late',
  }),
  trace: Type.Optional(Type.Unknown({ description: 'how the answer came about; only with debug' })),
});

/** What every error looks like. */
export const ERROR = Type.Object({ error: Type.String(), code: Type.String() });

export const UNKNOWN_PLACEMENT = Type.Object({
  error: Type.String(),
  code: Type.Literal('placement-unknown'),
  placements: Type.Array(
    Type.Object({
      name: Type.String(),
      about: Type.String(),
      subject: Type.String({ description: 'what the body has to name: `client` or `addon`' }),
    }),
  ),
});

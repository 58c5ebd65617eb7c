import { chmod, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { type FastifyInstance, fastify } from 'fastify';
import { type Static, Type } from 'typebox';
import { type LetterSelection, MAX_LISTED_LETTERS } from '../../consumers/dead-letters.ts';
import { parseSha256Hex, type Sha256Hex } from '../../domain/client-key.ts';
import { messageOf, TaarError } from '../../domain/errors.ts';
import { DEAD_LETTER_SOURCES } from '../../log/topics.ts';
import { MODEL_NAMES } from '../../models/model-kind.ts';
import type { Component } from '../../ops/lifecycle.ts';
import { TRAINED_MODELS } from '../../trainers/trained-models.ts';
import { ModelUploads } from './model-uploads.ts';
import type { Operations } from './operations.ts';

/** Only the user who runs the process may speak to it. */
const SOCKET_MODE = 0o600;
/** A part of a catalogue, sent by the client in pieces of a few hundred listings, must fit. */
const MAX_BODY_BYTES = 16 * 2 ** 20;

const TextOrNull = Type.Union([Type.String(), Type.Null()]);

const ListingBody = Type.Object({
  guid: Type.String({ minLength: 1 }),
  name: Type.String(),
  isWebExtension: Type.Boolean(),
  summary: TextOrNull,
  categories: Type.Array(Type.String()),
  averageRating: Type.Union([Type.Number(), Type.Null()]),
  weeklyDownloads: Type.Union([Type.Integer(), Type.Null()]),
  recommended: Type.Boolean(),
  firstCreated: TextOrNull,
  platforms: Type.Union([Type.Array(Type.String()), Type.Null()]),
});

const SelectionBody = Type.Object({
  topic: Type.Union([Type.Enum(DEAD_LETTER_SOURCES), Type.Null()]),
  code: TextOrNull,
  from: TextOrNull,
});

const ModelBody = Type.Object({
  model: Type.Enum(MODEL_NAMES),
  parents: Type.Array(Type.Enum(MODEL_NAMES)),
  metrics: Type.Array(Type.Object({ name: Type.String(), value: Type.Number() })),
});

/** The body of each request. Models come in pieces before they are imported. */
export const CONTROL_BODIES = {
  status: Type.Object({}),
  doctor: Type.Object({}),
  profile: Type.Object({ sha: Type.String() }),
  delete: Type.Object({ sha: Type.String(), reopen: Type.Boolean() }),
  receipt: Type.Object({ requestId: Type.String() }),
  why: Type.Object({ token: Type.String() }),
  train: Type.Object({
    models: Type.Union([Type.Array(Type.Enum(TRAINED_MODELS)), Type.Null()]),
    force: Type.Boolean(),
  }),
  models: Type.Object({}),
  activate: Type.Object({ setVersion: Type.String(), reason: Type.String() }),
  uploadPiece: Type.Object({
    upload: Type.String(),
    model: Type.Enum(MODEL_NAMES),
    piece: Type.String(),
  }),
  importModels: Type.Object({
    upload: Type.String(),
    models: Type.Array(ModelBody, { minItems: 1 }),
    reason: Type.String(),
  }),
  modelChunk: Type.Object({ model: Type.String(), index: Type.Integer({ minimum: 0 }) }),
  importProfiles: Type.Object({
    rows: Type.Array(
      Type.Object({
        sha: Type.String(),
        fields: Type.Record(Type.String(), Type.Unknown()),
        seenAt: Type.Integer({ minimum: 0 }),
      }),
    ),
  }),
  loadCatalogue: Type.Object({ listings: Type.Array(ListingBody) }),
  deadLetters: Type.Object({
    selection: SelectionBody,
    limit: Type.Integer({ minimum: 1, maximum: MAX_LISTED_LETTERS }),
  }),
  deadLetter: Type.Object({ position: Type.String() }),
  replayDeadLetters: Type.Object({ selection: SelectionBody }),
} satisfies Record<keyof Operations | 'uploadPiece', unknown>;

export type ControlBodies = { [N in keyof typeof CONTROL_BODIES]: Static<(typeof CONTROL_BODIES)[N]> };

type Routes = { [N in keyof ControlBodies]: (body: ControlBodies[N]) => Promise<unknown> };

function routesTo(operations: Operations): Routes {
  const uploads = new ModelUploads();
  return {
    status: () => operations.status(),
    doctor: () => operations.doctor(),
    profile: ({ sha }) => operations.profile(hashIn(sha)),
    delete: ({ sha, reopen }) => operations.delete(hashIn(sha), reopen),
    receipt: ({ requestId }) => operations.receipt(requestId),
    why: ({ token }) => operations.why(token),
    train: ({ models, force }) => operations.train(models ?? undefined, force),
    models: () => operations.models(),
    activate: ({ setVersion, reason }) => operations.activate(setVersion, reason),
    uploadPiece: async ({ upload, model, piece }) => {
      uploads.add(upload, model, Buffer.from(piece, 'base64'));
      return {};
    },
    importModels: async ({ upload, models, reason }) => {
      const bytes = uploads.take(upload);
      const whole = models.map((model) => ({ ...model, bytes: bytes.get(model.model) ?? new Uint8Array() }));
      return operations.importModels(whole, reason);
    },
    modelChunk: async ({ model, index }) => {
      const chunk = await operations.modelChunk(model, index);
      return { chunk: Buffer.from(chunk).toString('base64') };
    },
    importProfiles: ({ rows }) =>
      operations.importProfiles(rows.map((row) => ({ ...row, sha: hashIn(row.sha) }))),
    loadCatalogue: ({ listings }) => operations.loadCatalogue(listings),
    deadLetters: ({ selection, limit }) => operations.deadLetters(selectionIn(selection), limit),
    deadLetter: ({ position }) => operations.deadLetter(position),
    replayDeadLetters: ({ selection }) => operations.replayDeadLetters(selectionIn(selection)),
  };
}

function selectionIn({ topic, code, from }: Static<typeof SelectionBody>): LetterSelection {
  return {
    ...(topic === null ? {} : { topic }),
    ...(code === null ? {} : { code }),
    ...(from === null ? {} : { from }),
  };
}

/** Offers the operations of a running process to the command line, as HTTP over a socket in DATA_DIR. */
export class ControlServer implements Component {
  readonly name = 'control socket';
  readonly #path: string;
  readonly #app: FastifyInstance;

  constructor(path: string, operations: Operations) {
    this.#path = path;
    this.#app = fastify({
      logger: false,
      bodyLimit: MAX_BODY_BYTES,
      forceCloseConnections: true,
      // A null must not become an empty text or a nought on its way.
      ajv: { customOptions: { coerceTypes: false } },
      // Rows of others hold keys of any name; nothing here is assigned by them, and one row must not refuse the rest.
      onProtoPoisoning: 'ignore',
      onConstructorPoisoning: 'ignore',
    });
    const routes = routesTo(operations);
    for (const name of Object.keys(CONTROL_BODIES) as (keyof ControlBodies)[])
      addRoute(this.#app, name, routes);
    this.#app.setErrorHandler((error, _request, reply) => {
      const code = error instanceof TaarError ? error.code : 'control-failed';
      reply.code(500).send({ error: { code, message: messageOf(error) } });
    });
  }

  /** @throws TaarError `already-running` (halt) where a living process answers on the socket */
  async start(): Promise<void> {
    if (await answers(this.#path)) {
      throw new TaarError('already-running', 'halt', 'another taar runs on this DATA_DIR; stop it first');
    }
    // What is left is the socket of a process that was killed.
    await rm(this.#path, { force: true });
    await this.#app.listen({ path: this.#path });
    await chmod(this.#path, SOCKET_MODE);
  }

  async drain(): Promise<void> {
    await this.#app.close();
  }

  stop(): Promise<void> {
    return this.drain();
  }
}

function addRoute<N extends keyof ControlBodies>(app: FastifyInstance, name: N, routes: Routes): void {
  app.post(`/${name}`, { schema: { body: CONTROL_BODIES[name] } }, ({ body }) =>
    // The schema has checked it.
    routes[name](body as ControlBodies[N]),
  );
}

function hashIn(text: string): Sha256Hex {
  const sha = parseSha256Hex(text);
  if (sha === undefined) throw new TaarError('client-unreadable', 'halt', 'the request names no SHA-256');
  return sha;
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

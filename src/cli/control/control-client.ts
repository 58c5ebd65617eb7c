import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { json } from 'node:stream/consumers';
import type {
  LetterDetails,
  LetterListing,
  LetterSelection,
  ReplayReport,
} from '../../consumers/dead-letters.ts';
import type { Sha256Hex } from '../../domain/client-key.ts';
import { TaarError } from '../../domain/errors.ts';
import type { Listing } from '../../domain/listing.ts';
import type { ImportedModel } from '../../models/model-import.ts';
import type { ModelListing } from '../../models/model-listing.ts';
import type { ErasureReport } from '../../producers/erasure-report.ts';
import type { ProfileRow, TakenRows } from '../../producers/profile-row.ts';
import type { WhyReport } from '../../serving/feedback/why-report.ts';
import type { TrainedModelName } from '../../trainers/trained-models.ts';
import type { ControlBodies } from './control-server.ts';
import type {
  DeletionReport,
  DoctorReport,
  Operations,
  ProfileReport,
  StatusReport,
  TrainReport,
} from './operations.ts';

/** Keeps a request well below what the server takes. */
const LISTINGS_A_REQUEST = 500;
/** As base64 in JSON a piece takes a third more; still a quarter of what the server takes. */
const PIECE_BYTES = 3 * 2 ** 20;
const ALL_LETTERS = { topic: null, code: null, from: null } as const;
/** What connecting says where nobody listens: no socket, or that of a dead process. */
const NOBODY_THERE: ReadonlySet<unknown> = new Set(['ENOENT', 'ECONNREFUSED']);

/** The operations of a running `taar up`, asked for over its control socket. */
export class ControlClient implements Operations {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /** Undefined where no process listens on the socket. @throws what else connecting says, such as a lack of rights */
  static async connect(path: string): Promise<ControlClient | undefined> {
    const client = new ControlClient(path);
    try {
      await client.status();
      return client;
    } catch (error) {
      if (NOBODY_THERE.has((error as NodeJS.ErrnoException).code)) return undefined;
      throw error;
    }
  }

  status(): Promise<StatusReport> {
    return this.#ask('status', {});
  }

  doctor(): Promise<DoctorReport> {
    return this.#ask('doctor', {});
  }

  profile(sha: Sha256Hex): Promise<ProfileReport> {
    return this.#ask('profile', { sha });
  }

  delete(sha: Sha256Hex, reopen: boolean): Promise<DeletionReport> {
    return this.#ask('delete', { sha, reopen });
  }

  receipt(requestId: string): Promise<ErasureReport> {
    return this.#ask('receipt', { requestId });
  }

  why(token: string): Promise<WhyReport> {
    return this.#ask('why', { token });
  }

  train(models: readonly TrainedModelName[] | undefined, force: boolean): Promise<TrainReport> {
    return this.#ask('train', { models: models === undefined ? null : [...models], force });
  }

  models(): Promise<ModelListing> {
    return this.#ask('models', {});
  }

  activate(setVersion: string, reason: string): Promise<ModelListing> {
    return this.#ask('activate', { setVersion, reason });
  }

  async importModels(models: readonly ImportedModel[], reason: string): Promise<ModelListing> {
    const upload = randomUUID();
    for (const { model, bytes } of models) {
      for (let start = 0; start < bytes.length; start += PIECE_BYTES) {
        const piece = Buffer.from(bytes.subarray(start, start + PIECE_BYTES)).toString('base64');
        await this.#ask('uploadPiece', { upload, model, piece });
      }
    }
    const named = models.map(({ model, parents, metrics }) => ({
      model,
      parents: [...parents],
      metrics: [...metrics],
    }));
    return this.#ask('importModels', { upload, models: named, reason });
  }

  async modelChunk(model: string, index: number): Promise<Uint8Array> {
    const { chunk } = await this.#ask<'modelChunk', { chunk: string }>('modelChunk', { model, index });
    return Buffer.from(chunk, 'base64');
  }

  importProfiles(rows: readonly ProfileRow[]): Promise<TakenRows> {
    return this.#ask('importProfiles', { rows: rows.map((row) => ({ ...row, fields: { ...row.fields } })) });
  }

  async loadCatalogue(listings: readonly Listing[]): Promise<{ readonly loaded: number }> {
    let loaded = 0;
    for (let start = 0; start < listings.length; start += LISTINGS_A_REQUEST) {
      const part = listings.slice(start, start + LISTINGS_A_REQUEST);
      const asked = part.map((listing) => ({
        ...listing,
        categories: [...listing.categories],
        platforms: listing.platforms === null ? null : [...listing.platforms],
      }));
      const body = { listings: asked };
      loaded += (await this.#ask<'loadCatalogue', { loaded: number }>('loadCatalogue', body)).loaded;
    }
    return { loaded };
  }

  deadLetters(selection: LetterSelection, limit: number): Promise<LetterListing> {
    return this.#ask('deadLetters', { selection: { ...ALL_LETTERS, ...selection }, limit });
  }

  deadLetter(position: string): Promise<LetterDetails> {
    return this.#ask('deadLetter', { position });
  }

  replayDeadLetters(selection: LetterSelection): Promise<ReplayReport> {
    return this.#ask('replayDeadLetters', { selection: { ...ALL_LETTERS, ...selection } });
  }

  async #ask<N extends keyof ControlBodies, R>(name: N, body: ControlBodies[N]): Promise<R> {
    const answer = await this.#post(name, JSON.stringify(body));
    if (answer.status !== 200) throw errorIn(answer.body);
    return answer.body as R;
  }

  #post(name: string, body: string): Promise<{ status: number; body: unknown }> {
    return new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
      const post = request(
        { socketPath: this.#path, path: `/${name}`, method: 'POST', headers },
        (response) => {
          json(response).then(
            (answer) => resolve({ status: response.statusCode ?? 0, body: answer }),
            reject,
          );
        },
      );
      post.once('error', reject);
      post.end(body);
    });
  }
}

function errorIn(body: unknown): TaarError {
  const { code, message } = (body as { error?: { code?: string; message?: string } }).error ?? {};
  return new TaarError(code ?? 'control-failed', 'halt', message ?? 'the running taar could not do it');
}

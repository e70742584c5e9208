import { answerContent, contentPath } from '../../simulator/content.ts';
import type { ApiRequest, Reply } from '../../simulator/exchange.ts';
import { bytesOf } from '../../simulator/exchange.ts';
import type { World } from '../../simulator/index.ts';
import { type Random, seededRandom } from '../../simulator/random.ts';
import { answerTracker } from '../../simulator/tracker.ts';

/**
 * The simulator's two APIs behind a `fetch` in the same process: no socket, no port, so that ten
 * thousand sequences take minutes. The handlers are the simulator's own. Only the model and the soak
 * use it; everything else goes over loopback.
 */

export const addresses = {
  trackerUrl: 'http://127.0.0.1:1/v2',
  contentUrl: `http://localhost:2${contentPath}`,
} as const;

/** What goes wrong with the requests of a run. */
export type Trouble =
  | { readonly kind: 'none' }
  /** The worker dies just before or just after this request, counted from 1. */
  | { readonly kind: 'death'; readonly at: number; readonly moment: 'before' | 'after' }
  /** This share of the requests goes wrong. */
  | { readonly kind: 'faults'; readonly share: number; readonly seed: number };

type Fault = (typeof faultKinds)[number];
const faultKinds = [
  'lost',
  'confirmation lost',
  'cut off',
  'silence',
  '429',
  '503',
  'empty 200',
  'html 200',
  'another shape',
] as const;

const latencyMs = 5;

export class MadeUpNetwork {
  /** Called when the worker has to die; nothing it asked for is answered any more. */
  onDeath: () => void = () => undefined;
  requests = 0;
  session: string | null = null;
  private readonly world: World;
  private trouble: Trouble = { kind: 'none' };
  private random: Random = seededRandom(0);
  private isDead = false;
  private sinceTrouble = 0;
  private oddAnswers = 0;

  constructor(world: World) {
    this.world = world;
  }

  /** Begins the next worker's life, with what goes wrong in it. */
  begin(trouble: Trouble): void {
    this.trouble = trouble;
    this.isDead = false;
    this.sinceTrouble = 0;
    this.oddAnswers = 0;
    if (trouble.kind === 'faults') this.random = seededRandom(trouble.seed);
  }

  /** In the place of the global `fetch`. */
  readonly fetch = async (input: string | URL | Request, init: RequestInit = {}) => {
    // The extension asks by address alone.
    const request = toApiRequest(String(input), init, this.session);
    if (this.isDead) return never();
    this.requests += 1;
    this.sinceTrouble += 1;
    const { trouble } = this;
    const isLast = trouble.kind === 'death' && this.sinceTrouble === trouble.at;
    if (isLast && trouble.moment === 'before') return this.die();
    const fault = this.drawFault(request);
    await pause(latencyMs);
    if (this.isDead) return never();
    if (fault === 'lost') throw new TypeError('Failed to fetch');
    if (fault === 'silence') return silence(init.signal ?? null);
    const substitute = fault === null ? null : substituteFor(fault);
    if (substitute !== null) return substitute;
    const reply = this.answer(request);
    if (isLast) return this.die();
    await pause(latencyMs);
    if (this.isDead) return never();
    if (fault === 'confirmation lost') throw new TypeError('Failed to fetch');
    return toResponse(reply, fault === 'cut off');
  };

  private die(): Promise<never> {
    this.isDead = true;
    this.onDeath();
    return never();
  }

  private answer(request: ApiRequest): Reply {
    return request.origin === new URL(addresses.trackerUrl).origin
      ? answerTracker(this.world, request)
      : answerContent(this.world, request);
  }

  private drawFault({ origin }: ApiRequest): Fault | null {
    const { trouble } = this;
    if (trouble.kind !== 'faults' || this.random.next() >= trouble.share) return null;
    const fault = this.random.pick(faultKinds);
    if (origin === new URL(addresses.trackerUrl).origin) return fault;
    // HTML where the content API was to answer is its login page; and a resource that answers oddly
    // three times is odd.
    const isOdd = fault === 'another shape';
    if (isOdd) this.oddAnswers += 1;
    return fault === 'html 200' || (isOdd && this.oddAnswers > 2) ? '503' : fault;
  }
}

function substituteFor(fault: Fault): Response | null {
  switch (fault) {
    case '429':
      return new Response('{"errorMessages":["Too many"]}', {
        status: 429,
        headers: { 'Retry-After': '1' },
      });
    case '503':
      return new Response('<html>503</html>', { status: 503 });
    case 'empty 200':
      return new Response('');
    case 'html 200':
      return new Response('<html>Welcome</html>');
    case 'another shape':
      return new Response('{"data":{"attributes":{}}}');
    default:
      return null;
  }
}

function toApiRequest(url: string, init: RequestInit, session: string | null): ApiRequest {
  const { pathname, searchParams, origin } = new URL(url);
  const headers: Record<string, string> = {};
  new Headers(init.headers).forEach((value, name) => {
    headers[name.toLowerCase()] = value;
  });
  if (init.credentials === 'include' && session !== null) headers.cookie = `session=${session}`;
  return {
    method: init.method ?? 'GET',
    path: pathname,
    query: searchParams,
    headers,
    body: typeof init.body === 'string' ? init.body : '',
    origin,
  };
}

function toResponse({ status, headers, body }: Reply, isCutOff: boolean): Response {
  const bytes = bytesOf(body);
  if (!Buffer.isBuffer(bytes)) throw new Error('no endless answers here');
  if (status === 204 || status === 304) return new Response(null, { status, headers });
  const text = bytes.toString();
  if (!isCutOff) return new Response(text, { status, headers });
  const half = new ReadableStream({
    start(controller) {
      controller.enqueue(Buffer.from(text.slice(0, text.length / 2)));
      controller.error(new TypeError('terminated'));
    },
  });
  return new Response(half, { status, headers });
}

function never(): Promise<never> {
  return new Promise(() => undefined);
}

function silence(signal: AbortSignal | null): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason));
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

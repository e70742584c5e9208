import * as z from 'zod/mini';

/** What the worker tells the page that shows the answers of the content API. */

const answerSchema = z.object({
  /** The issue it was asked for first; empty where it was asked for none, as the link to test with is. */
  askedFor: z.string(),
  /** Below the content API's base URL. */
  path: z.string(),
  /** Of HTTP; of an answer that is none with JSON in it, what it is. */
  status: z.union([z.number(), z.enum(['redirect', 'html', 'not_json', 'too_large'])]),
  /** When it came, in milliseconds since 1970. */
  at: z.number(),
  /** Its JSON as text, which is smaller than what is parsed; null where there is none. */
  json: z.nullable(z.string()),
});

/** Sent by the worker alone. Without answers it asks whether a page listens. */
export const fetchedSchema = z.object({
  type: z.literal('fetched'),
  answers: z.array(answerSchema),
});

/** One answer of the content API. */
export type FetchedAnswer = z.infer<typeof answerSchema>;
export type FetchedMessage = z.infer<typeof fetchedSchema>;

/** The page, by its path in the build. */
export const fetchedPage = 'src/fetched-page/index.html';

/** How many answers are kept at most, wherever they are kept. */
export const mostAnswers = 500;
/** How many characters of JSON: with three bytes each still below Chrome's 64 MB for a message. */
export const mostCharacters = 16_000_000;

/** The last of these answers, as many as are kept; of a single one that is too large, that one. */
export function keepLast<Answer extends FetchedAnswer>(answers: readonly Answer[]): Answer[] {
  const last = answers.slice(-mostAnswers);
  let characters = 0;
  const tooOld = last.findLastIndex(({ json }, index) => {
    characters += json?.length ?? 0;
    return characters > mostCharacters && index < last.length - 1;
  });
  return last.slice(tooOld + 1);
}

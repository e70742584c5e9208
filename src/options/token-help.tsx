import { tokenPage } from '../tracker/web.ts';
import { words } from '../words/words.ts';

/** What becomes of a token, and where to get one. */
export function TokenHelp({ trackerUrl }: { trackerUrl: string }) {
  const page = URL.canParse(trackerUrl) ? tokenPage(trackerUrl) : null;
  return (
    <>
      <p>{words('help_token')}</p>
      {page !== null && (
        <p>
          {words(page.isInHouse ? 'token_where_in_house' : 'token_where')}{' '}
          <a href={page.url} target="_blank" rel="noreferrer">
            {words('token_get')}
          </a>
        </p>
      )}
    </>
  );
}

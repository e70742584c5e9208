import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import browser, { type Permissions } from 'webextension-polyfill';
import { Button } from '../ui/button.tsx';
import { Switch } from '../ui/field.tsx';
import { words } from '../words/words.ts';
import { wordsOnOptions } from './inputs.tsx';
import type { OptionsStore } from './store.ts';

const notifications: Permissions.Permissions = { permissions: ['notifications'] };

/** A question that could not be asked is as good as refused. */
function askForNotifications(): Promise<boolean> {
  return browser.permissions.request(notifications).catch(() => false);
}

/** Notifications: Chrome is asked for the permission in the click that switches them on. */
export function NotificationsSetting({ store }: { store: OptionsStore }) {
  const isRefused = useSignal(false);
  const isAllowed = useSignal(true);
  const isAsking = useSignal(false);
  useEffect(() => {
    const look = async () => {
      isAllowed.value = await browser.permissions.contains(notifications);
      // It may be given at another place since.
      if (isAllowed.value) isRefused.value = false;
    };
    void look();
    browser.permissions.onAdded.addListener(look);
    browser.permissions.onRemoved.addListener(look);
    return () => {
      browser.permissions.onAdded.removeListener(look);
      browser.permissions.onRemoved.removeListener(look);
    };
  }, []);
  const change = async (wanted: boolean) => {
    // First of all: Chrome asks within the click alone.
    const asked = wanted && askForNotifications();
    isAsking.value = wanted;
    store.edit('notifications', wanted);
    isRefused.value = wanted && !(await asked);
    isAsking.value = false;
    if (isRefused.value) store.edit('notifications', false);
  };
  const { mark, ...about } = wordsOnOptions(store, 'notifications');
  // Imported, or set by the organisation: nobody has clicked that switch here.
  const isSilent = store.draft.value.notifications && !isAllowed.value && !isAsking.value;
  return (
    <Switch
      {...about}
      {...(isRefused.value ? { problem: words('notifications_refused') } : {})}
      {...(isSilent ? { problem: words('notifications_not_allowed') } : {})}
      mark={
        <>
          {mark}
          {isSilent && (
            <p>
              <Button
                onClick={async () => {
                  if (await askForNotifications()) {
                    document.getElementById('notifications')?.focus();
                  }
                }}
              >
                {words('notifications_allow')}
              </Button>
            </p>
          )}
        </>
      }
    >
      {(attributes) => (
        <input
          {...attributes}
          type="checkbox"
          disabled={store.isManaged('notifications')}
          checked={store.draft.value.notifications}
          onChange={(event) => change(event.currentTarget.checked)}
        />
      )}
    </Switch>
  );
}

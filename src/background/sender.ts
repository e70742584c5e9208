/**
 * Only pages of this extension are obeyed, and only as pages of their own: no content script, no
 * other extension, and no page of ours that another page has framed.
 * @param baseUrl the extension's own, with a slash at its end.
 */
export function isOwnPage(
  sender: Pick<chrome.runtime.MessageSender, 'id' | 'url' | 'frameId'>,
  extensionId: string,
  baseUrl: string,
): boolean {
  return (
    sender.id === extensionId &&
    sender.url?.startsWith(baseUrl) === true &&
    (sender.frameId ?? 0) === 0
  );
}

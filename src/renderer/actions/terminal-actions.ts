import { sessionTabById } from './session-actions.ts';
import { guardPaste } from '../terminal/paste-guard.ts';
import { type ActionContext, tellDone, tellProblem, valueOrNotice } from './context.ts';

/** Copy, paste and links of the terminals. */
export function createTerminalActions(context: ActionContext) {
  const { door, store, terminals } = context;
  /** Tabs where a person said not to ask about several lines again; gone with the page, on purpose. */
  const linesTrusted = new Set<string>();

  function isProduction(tabId: string): boolean {
    const state = store.read();
    const tab = sessionTabById(state, tabId);
    return state.profiles.some(
      ({ id, environment }) => id === tab?.request.profileId && environment === 'production',
    );
  }

  async function copyText(text: string): Promise<boolean> {
    return (await valueOrNotice(context, door.writeClipboard({ text }))) !== undefined;
  }

  function offerPaste(tabId: string, clipboard: string): void {
    const controller = terminals.get(tabId);
    if (controller === undefined) return;
    const verdict = guardPaste(clipboard, {
      bracketed: controller.isBracketed(),
      production: isProduction(tabId),
      linesTrusted: linesTrusted.has(tabId),
    });
    if (verdict.kind === 'send') controller.paste(verdict.text);
    if (verdict.kind === 'ask') {
      const { question } = verdict;
      store.change((state) => ({ ...state, dialog: { kind: 'paste', tabId, question } }));
    }
  }

  return {
    isProduction,
    offerPaste,
    copyText,
    async copyWithNotice(text: string, what: string): Promise<void> {
      if (await copyText(text)) tellDone(context, `${what} copied`);
    },
    async copySelection(tabId: string): Promise<void> {
      const text = terminals.get(tabId)?.selection() ?? '';
      if (text !== '') await copyText(text);
    },
    async paste(tabId: string): Promise<void> {
      const read = await valueOrNotice(context, door.readClipboard(undefined));
      if (read !== undefined) offerPaste(tabId, read.value);
    },
    /** The answer of the paste dialog. */
    pasteAnyway(tabId: string, text: string, trustLines: boolean): void {
      store.change((state) => ({ ...state, dialog: undefined }));
      if (trustLines) linesTrusted.add(tabId);
      terminals.get(tabId)?.paste(text);
    },
    async openLink(url: string): Promise<void> {
      store.change((state) => ({ ...state, dialog: undefined }));
      await valueOrNotice(context, door.openLink({ url }));
    },
    refuseInput(): void {
      tellProblem(context, {
        code: 'bad-request',
        attempted: 'Send input',
        message: 'Too much input waits for this session already.',
        hint: 'Wait until it has been sent, or press Ctrl+C to drop it.',
        retryable: true,
      });
    },
  };
}

export type TerminalActions = ReturnType<typeof createTerminalActions>;

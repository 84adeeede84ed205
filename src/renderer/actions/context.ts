import type { Door, Reply } from '../../shared/door.ts';
import type { AppErrorData } from '../../shared/errors.ts';
import type { NodeIndex } from '../nodes/node-index.ts';
import { withNotice, withoutNotice } from '../state/app-state.ts';
import type { Store } from '../state/store.ts';
import type { Terminals } from '../terminal/terminals.ts';
import { errorTitle } from '../words/errors.ts';

/** What every action works with. */
export interface ActionContext {
  readonly door: Door;
  readonly store: Store;
  readonly nodes: NodeIndex;
  readonly terminals: Terminals;
}

/** Long enough to read two lines. */
const noticeMs = 4000;

export function tellDone({ store }: ActionContext, text: string): void {
  const id = crypto.randomUUID();
  store.change((state) => withNotice(state, { id, tone: 'done', text }));
  window.setTimeout(() => store.change((state) => withoutNotice(state, id)), noticeMs);
}

/** Stays until a person has dismissed it. */
export function tellProblem({ store }: ActionContext, error: AppErrorData): void {
  const detail = error.hint === '' ? error.message : `${error.message} ${error.hint}`;
  store.change((state) =>
    withNotice(state, {
      id: crypto.randomUUID(),
      tone: 'problem',
      text: errorTitle(error.code),
      detail,
    }),
  );
}

/** The value, or a notice and undefined. For calls that have no place of their own to show a failure. */
export async function valueOrNotice<T>(
  context: ActionContext,
  reply: Promise<Reply<T>>,
): Promise<{ value: T } | undefined> {
  const answer = await reply;
  if (answer.ok) return { value: answer.value };
  tellProblem(context, answer.error);
  return undefined;
}

import { CircleAlert, LoaderCircle } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { ListedDocument } from '../../../shared/document-facts.ts';
import type { AppErrorData } from '../../../shared/errors.ts';
import { requiresReason } from '../../../shared/reason-rule.ts';
import { askPattern } from '../../connect/ask-pattern.ts';
import {
  type ConnectForm,
  connectProblems,
  hasProblems,
  parametersIn,
  requestOf,
} from '../../connect/connect-request.ts';
import { kindWord } from '../../connect/document-words.ts';
import { type FreeParameter, freeParametersOf, givenParameters } from '../../connect/free-parameters.ts';
import { textsOf, valuesOf } from '../../connect/parameter-values.ts';
import type { OpenRequest } from '../../state/tabs.ts';
import { whereWords } from '../../words/environments.ts';
import { errorTitle } from '../../words/errors.ts';
import { queryText } from '../../words/queries.ts';
import { remoteText } from '../../words/remote-text.ts';
import { Frame } from '../dialogs/frame.tsx';
import { useLeftFields } from '../dialogs/left-fields.ts';
import { useApp, useAppState, useNodeFact } from '../use-app.ts';
import { BeforeConnecting } from './before-connecting.tsx';
import { DocumentField } from './document-field.tsx';
import { FreeParameters } from './free-parameters.tsx';
import { ParameterFields } from './parameter-fields.tsx';
import { ReasonField } from './reason-field.tsx';
import { ExecFacts } from './exec-facts.tsx';
import { isByExec, type ReadDocument, useDocument } from './use-document.ts';
import './connect.css';

type ConnectField = 'reason' | 'document' | `parameter ${string}`;

/** A pattern's answer, for the text that it was asked about. */
interface PatternAnswer {
  readonly text: string;
  readonly fits: boolean;
}

interface ConnectDialogProps {
  readonly request: OpenRequest;
  readonly replaces: string | undefined;
}

/** One session with a reason, a document and its parameters, checked before anything is started. */
export default function ConnectDialog({ request, replaces }: ConnectDialogProps) {
  const { sessions, workspace } = useApp();
  const profile = useAppState((state) => state.profiles.find(({ id }) => id === request.profileId));
  const settings = useAppState((state) => state.settings);
  const { profileId, target } = request;
  const node = useNodeFact((nodes) =>
    target === undefined ? undefined : nodes.find(profileId, target)?.node,
  );
  const query = request.targetQuery === undefined ? '' : queryText(request.targetQuery);
  const [form, setForm] = useState<ConnectForm>({
    reason: request.reason ?? '',
    documentName: request.documentName ?? '',
    texts: textsOf(request.parameters),
  });
  const [listed, setListed] = useState<ListedDocument | undefined>(undefined);
  const [free, setFree] = useState<readonly FreeParameter[]>(() => freeParametersOf(request.parameters));
  const left = useLeftFields<ConnectField>();
  const [patterns, setPatterns] = useState<Readonly<Record<string, PatternAnswer>>>({});
  const [isChecking, setChecking] = useState(false);

  const sight = useDocument(request, form.documentName);
  const { document } = sight;
  const isReasonRequired = requiresReason(profile, settings);
  const problems = connectProblems(form, document, isReasonRequired);
  const set = (change: Partial<ConnectForm>): void => setForm((known) => ({ ...known, ...change }));
  const close = (): void => workspace.setDialog(undefined);
  const parameters = parametersIn(document);

  const patternProblem = (name: string): string | undefined => {
    const answer = patterns[name];
    const pattern = parameters.find((parameter) => parameter.name === name)?.allowedPattern;
    if (answer === undefined || answer.fits || answer.text !== (form.texts[name] ?? '')) return undefined;
    return `Does not fit the pattern that the document asks for: ${remoteText(pattern ?? '', 200)}`;
  };
  const shownErrors = Object.fromEntries(
    parameters.map(({ name }) => [
      name,
      left.has(`parameter ${name}`) ? (problems.parameters[name] ?? patternProblem(name)) : undefined,
    ]),
  );

  /** Whether all patterns, or that of one parameter, are kept; what is wrong is then shown. */
  const checkPatterns = async (only?: string): Promise<boolean> => {
    const asked = parameters.filter(({ name }) => only === undefined || name === only);
    const answers = await Promise.all(
      asked.map(async (parameter) => {
        const text = form.texts[parameter.name] ?? '';
        const verdict = await askPattern({
          pattern: parameter.allowedPattern ?? '',
          values: valuesOf(parameter, text),
        });
        // Where this computer cannot tell, the service does.
        return [parameter.name, { text, fits: verdict !== 'differs' }] as const;
      }),
    );
    setPatterns((known) => ({ ...known, ...Object.fromEntries(answers) }));
    return answers.every(([, { fits }]) => fits);
  };

  const submit = async (): Promise<void> => {
    left.tried();
    if (hasProblems(problems)) {
      focusFirstError();
      return;
    }
    setChecking(true);
    const fits = await checkPatterns();
    setChecking(false);
    if (!fits) {
      window.requestAnimationFrame(focusFirstError);
      return;
    }
    close();
    if (replaces !== undefined) sessions.closeNow([replaces]);
    sessions.open(requestOf(request, form, document, givenParameters(free)));
  };

  return (
    <Frame
      title={
        target === undefined
          ? `Connect to any of ${query}`
          : `Connect to ${remoteText(request.nodeName ?? target, 80)}`
      }
      width="middle"
      onClose={close}
      footer={
        <>
          <button type="button" className="button" onClick={close}>
            Cancel
          </button>
          <button
            type="submit"
            form="connect"
            className="button primary"
            disabled={document.kind === 'loading' || isChecking}
          >
            Connect
          </button>
        </>
      }
    >
      <form
        id="connect"
        className="form connect-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        {profile !== undefined && (
          <p className="form-where" data-env={profile.environment}>
            <i className="env-bar" aria-hidden />
            {whereWords(profile.name, profile.environment, profile.region ?? '')}
            <span className="mono copyable">{target ?? query}</span>
          </p>
        )}
        <ReasonField
          environment={profile?.environment ?? 'other'}
          isByExec={isByExec(request, form.documentName)}
          value={form.reason}
          isRequired={isReasonRequired}
          error={left.has('reason') ? problems.reason : undefined}
          isWrong={problems.reason !== undefined}
          onChange={(reason) => set({ reason })}
          onLeave={() => form.reason !== '' && left.leave('reason')}
        />
        <DocumentField
          place={request}
          value={form.documentName}
          // A document that was read is judged at once; one that is being typed when it has been left.
          error={document.kind === 'none' && !left.has('document') ? undefined : problems.documentName}
          isWrong={problems.documentName !== undefined}
          onChange={(documentName, chosen) => {
            set({ documentName });
            setListed(chosen);
          }}
          onLeave={() => left.leave('document')}
        />
        <DocumentLine document={document} listed={listed} isDefault={sight.isDefault} />
        {parameters.length > 0 && (
          <section className="connect-parameters" aria-label="Parameters of the document">
            <h3>Parameters</h3>
            <ParameterFields
              parameters={parameters}
              texts={form.texts}
              errors={shownErrors}
              onChange={(name, text) => set({ texts: { ...form.texts, [name]: text } })}
              onLeave={(name) => {
                left.leave(`parameter ${name}`);
                void checkPatterns(name);
              }}
            />
          </section>
        )}
        {document.kind === 'failed' && problems.documentName === undefined && !sight.isDefault && (
          <FreeParameters legend="Parameters" parameters={free} onChange={setFree} />
        )}
        {isByExec(request, form.documentName) ? (
          <ExecFacts platform={node?.platform ?? 'unknown'} />
        ) : (
          <BeforeConnecting sight={sight} platform={node?.platform ?? 'unknown'} />
        )}
      </form>
    </Frame>
  );
}

/** What has become known of the document: its kind, version and ARN, or why nothing has. */
function DocumentLine({
  document,
  listed,
  isDefault,
}: {
  readonly document: ReadDocument;
  readonly listed: ListedDocument | undefined;
  readonly isDefault: boolean;
}): ReactNode {
  switch (document.kind) {
    case 'none':
      return null;
    case 'loading':
      return (
        <p className="document-line" role="status">
          <LoaderCircle className="icon spinner" aria-hidden />
          Reading the document
        </p>
      );
    case 'failed':
      // What is sure to fail stands beside the field, and a default that is not there yet is none.
      return isCertain(document.error, isDefault) ? null : <UnreadDocument error={document.error} />;
    case 'ready': {
      const { name, sessionType, version, description } = document.value;
      const arn = listed?.arn ?? (name.startsWith('arn:') ? name : undefined);
      return (
        <div className="document-line" data-testid="document-line">
          <span>
            {sessionType === undefined ? 'Of an unknown kind' : kindWord(sessionType)}
            {version !== undefined && `, version ${remoteText(version, 20)}`}
          </span>
          {description !== '' && <span className="document-description">{remoteText(description)}</span>}
          {arn !== undefined && <span className="mono copyable">{remoteText(arn, 200)}</span>}
        </div>
      );
    }
  }
}

const isCertain = ({ code }: AppErrorData, isDefault: boolean): boolean =>
  code === 'document-not-session' ||
  code === 'document-not-found' ||
  (isDefault && code === 'document-denied');

function UnreadDocument({ error }: { readonly error: AppErrorData }) {
  return (
    <div className="form-warning" role="note" data-testid="document-unread">
      <CircleAlert className="icon" aria-hidden />
      <div>
        <p>
          <b>{errorTitle(error.code)}.</b> {error.message} {error.hint}
        </p>
      </div>
    </div>
  );
}

function focusFirstError(): void {
  document.querySelector<HTMLElement>('.connect-form [data-invalid]')?.focus();
}

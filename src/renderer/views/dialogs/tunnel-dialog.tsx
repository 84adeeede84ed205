import { TriangleAlert } from 'lucide-react';
import { useId, useState } from 'react';
import type { AppErrorData } from '../../../shared/errors.ts';
import type { AppState } from '../../state/app-state.ts';
import type { Dialog } from '../../state/dialogs.ts';
import { isRunning } from '../../state/tunnels.ts';
import {
  formForTunnel,
  readTunnelForm,
  suggestedLocalPort,
  suggestedName,
  type TunnelErrors,
  type TunnelField,
  type TunnelForm,
} from '../../tunnels/tunnel-form.ts';
import { errorWords } from '../../words/errors.ts';
import { NodePicker } from '../node-picker.tsx';
import { useApp, useAppState } from '../use-app.ts';
import { TextField, type TextProps } from './fields.tsx';
import { Frame } from './frame.tsx';
import { useLeftFields } from './left-fields.ts';
import { UnsavedFooter } from './unsaved-footer.tsx';

type TunnelDialogValue = Extract<Dialog, { kind: 'tunnel' }>;

const initialForm = ({ tunnels }: AppState, { id, from = {} }: TunnelDialogValue): TunnelForm =>
  formForTunnel(tunnels.find((known) => known.id === id) ?? from);

/** A tunnel made or changed. */
export default function TunnelDialog({ dialog }: { readonly dialog: TunnelDialogValue }) {
  const { store, tunnels, workspace } = useApp();
  const { id } = dialog;
  const [initial] = useState(() => initialForm(store.read(), dialog));
  const [form, setForm] = useState(initial);
  const left = useLeftFields<TunnelField>();
  const [isLeaving, setLeaving] = useState(false);
  const [isSaving, setSaving] = useState(false);
  const [failure, setFailure] = useState<AppErrorData | undefined>(undefined);
  const saved = useAppState((state) => state.tunnels.find((known) => known.id === id));
  const isOn = useAppState((state) => {
    const status = id === undefined ? undefined : state.tunnelStatuses[id];
    return status !== undefined && isRunning(status.state);
  });
  const read = readTunnelForm(form, saved?.local.host);
  const errors: TunnelErrors = 'errors' in read ? read.errors : {};
  const isChanged = JSON.stringify(form) !== JSON.stringify(initial);

  const set = (change: Partial<TunnelForm>): void => setForm({ ...form, ...change });
  const shownError = (field: TunnelField): string | undefined =>
    left.has(field) ? errors[field] : undefined;
  const close = (): void => {
    if (isChanged && !isLeaving) setLeaving(true);
    else workspace.setDialog(undefined);
  };
  const save = async (andStart: boolean): Promise<void> => {
    left.tried();
    if (!('tunnel' in read)) {
      document.querySelector<HTMLElement>('.tunnel-form [data-invalid]')?.focus();
      return;
    }
    setSaving(true);
    const reply = await tunnels.save(id, read.tunnel, andStart);
    setSaving(false);
    if (!reply.ok) setFailure(reply.error);
  };
  const text = (
    field: 'name' | 'host' | 'port' | 'localPort' | 'exposedHost' | 'reason',
    props: TextProps,
  ) => (
    <TextField
      {...props}
      value={form[field]}
      error={shownError(field)}
      isWrong={errors[field] !== undefined}
      onChange={(value) => set({ [field]: value })}
      onLeave={() => form[field] !== '' && left.leave(field)}
    />
  );

  return (
    <Frame
      title={id === undefined ? 'New tunnel' : 'Edit tunnel'}
      width="middle"
      onClose={close}
      footer={
        isLeaving ? (
          <UnsavedFooter onKeep={() => setLeaving(false)} onDiscard={() => workspace.setDialog(undefined)} />
        ) : (
          <>
            <button type="button" className="button" onClick={close}>
              Cancel
            </button>
            {isOn ? (
              <button type="submit" form="tunnel" className="button primary" disabled={isSaving}>
                Save tunnel
              </button>
            ) : (
              <>
                <button type="button" className="button" disabled={isSaving} onClick={() => void save(false)}>
                  Save only
                </button>
                <button type="submit" form="tunnel" className="button primary" disabled={isSaving}>
                  Save and start
                </button>
              </>
            )}
          </>
        )
      }
    >
      <form
        id="tunnel"
        className="form tunnel-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void save(!isOn);
        }}
      >
        {failure !== undefined && (
          <p className="form-error" role="alert">
            {Object.values(errorWords(failure)).join(' ')}
          </p>
        )}
        {isOn && (
          <p className="form-note" role="note">
            This tunnel runs. It goes on as it was; changes count when it is started again.
          </p>
        )}
        <Node form={form} error={shownError('node')} onChange={set} />
        <Segments
          legend="Leads to"
          name="leads-to"
          value={form.leadsTo}
          options={[
            ['node-port', 'A port of the node'],
            ['remote-host', 'Another host behind it'],
          ]}
          onChange={(leadsTo) => set({ leadsTo })}
        />
        <div className={form.leadsTo === 'remote-host' ? 'form-host' : 'form-port'}>
          {form.leadsTo === 'remote-host' &&
            text('host', {
              label: 'Host',
              isRequired: true,
              isMono: true,
              placeholder: 'db.internal, as the node knows it',
            })}
          {text('port', {
            label: 'Port',
            isRequired: true,
            isMono: true,
            isNumeric: true,
            placeholder: '5432',
          })}
        </div>
        <h3>On this computer</h3>
        <div className="form-local">
          {text('localPort', {
            label: 'Local port',
            isMono: true,
            isNumeric: true,
            isDisabled: form.anyLocalPort,
            placeholder: form.anyLocalPort ? 'any free port' : suggestedLocalPort(form.port) || '15432',
          })}
          <label className="check">
            <input
              type="checkbox"
              checked={form.anyLocalPort}
              onChange={({ target }) => set({ anyLocalPort: target.checked })}
            />
            Any free port, a new one at each start
          </label>
        </div>
        <Segments
          legend="May be used by"
          name="exposed"
          value={form.isExposed ? 'network' : 'here'}
          options={[
            ['here', 'This computer only'],
            ['network', 'Other machines too'],
          ]}
          onChange={(value) => set({ isExposed: value === 'network', exposureAccepted: false })}
        />
        {form.isExposed && (
          <div className="form-warning" role="note">
            <TriangleAlert className="icon" aria-hidden />
            <div>
              <p>
                <b>Whoever can reach this computer can use the tunnel,</b> with your rights on the node and
                without signing in.
              </p>
              {text('exposedHost', { label: 'Listen at', isMono: true, placeholder: '0.0.0.0' })}
              <label className="check">
                <input
                  type="checkbox"
                  checked={form.exposureAccepted}
                  data-invalid={errors.exposureAccepted !== undefined || undefined}
                  onChange={({ target }) => set({ exposureAccepted: target.checked })}
                />
                Expose it to the network
              </label>
              {shownError('exposureAccepted') !== undefined && (
                <p className="form-error" role="alert">
                  {errors.exposureAccepted}
                </p>
              )}
            </div>
          </div>
        )}
        <h3>About it</h3>
        <div className="form-pair">
          {text('name', { label: 'Name', placeholder: suggestedName(form) || 'orders database' })}
          {text('reason', { label: 'Reason', placeholder: 'None' })}
        </div>
      </form>
    </Frame>
  );
}

interface NodeProps {
  readonly form: TunnelForm;
  readonly error: string | undefined;
  readonly onChange: (change: Partial<TunnelForm>) => void;
}

function Node({ form, error, onChange }: NodeProps) {
  const id = useId();
  return (
    <div className="form-field">
      <label htmlFor={id}>
        Node<span className="form-required"> required</span>
      </label>
      <NodePicker
        id={id}
        value={form.node}
        error={error}
        describedBy={error === undefined ? undefined : `${id}-error`}
        onChange={(node) => onChange({ node })}
      />
      {error !== undefined && (
        <p id={`${id}-error`} className="form-error" role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

interface SegmentsProps<T extends string> {
  readonly legend: string;
  readonly name: string;
  readonly value: T;
  readonly options: readonly (readonly [T, string])[];
  readonly onChange: (value: T) => void;
}

function Segments<T extends string>({ legend, name, value, options, onChange }: SegmentsProps<T>) {
  return (
    <fieldset className="form-segments">
      <legend>{legend}</legend>
      <div className="segments">
        {options.map(([option, word]) => (
          <label key={option}>
            <input type="radio" name={name} checked={option === value} onChange={() => onChange(option)} />
            <span>{word}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

import { ChevronRight } from 'lucide-react';
import { useState } from 'react';
import {
  isNetworkSet,
  type NetworkField,
  type NetworkForm,
  networkSummary,
  type YesNo,
} from '../../profiles/network-form.ts';
import { useApp } from '../use-app.ts';
import { Choice, TextField, type TextProps } from '../dialogs/fields.tsx';

interface NetworkFieldsProps {
  readonly value: NetworkForm;
  /** The lab has its own addresses: only the limits of a call are left to say. */
  readonly isLab: boolean;
  /** A password for the proxy is kept. */
  readonly hasPassword: boolean;
  readonly errorOf: (field: NetworkField) => {
    readonly shown: string | undefined;
    readonly isWrong: boolean;
  };
  readonly onChange: (change: Partial<NetworkForm>) => void;
  readonly onLeave: (field: NetworkField) => void;
}

/** How AWS is reached, folded away: most people never need it, and who does finds all of it in one place. */
export function NetworkFields({ value, isLab, hasPassword, errorOf, onChange, onLeave }: NetworkFieldsProps) {
  const { workspace } = useApp();
  const [startsOpen] = useState(() => isNetworkSet(value));
  const text = (field: NetworkField, props: TextProps) => (
    <TextField
      {...props}
      value={value[field]}
      error={errorOf(field).shown}
      isWrong={errorOf(field).isWrong}
      onChange={(typed) => onChange({ [field]: typed })}
      onLeave={() => value[field] !== '' && onLeave(field)}
    />
  );
  const endpoint = (field: NetworkField, label: string) =>
    text(field, { label, isMono: true, placeholder: 'Default of the Region' });
  return (
    <details className="fold" open={startsOpen}>
      <summary>
        <ChevronRight className="icon" aria-hidden />
        Advanced
        <span className="fold-sum clip">{networkSummary(value, isLab)}</span>
      </summary>
      {!isLab && (
        <>
          <h3>Endpoints</h3>
          <div className="form-pair">
            {endpoint('endpointSsm', 'Systems Manager (ssm)')}
            {endpoint('endpointMessages', 'Data channel (ssmmessages)')}
          </div>
          <div className="form-pair">
            {endpoint('endpointKms', 'Keys (kms)')}
            {endpoint('endpointSts', 'Roles (sts)')}
          </div>
          <div className="form-pair">
            {endpoint('endpointEc2', 'Names and tags (ec2)')}
            {endpoint('endpointEcs', 'Containers (ecs)')}
          </div>
          <div className="form-pair">
            <YesNoChoice label="FIPS endpoints" value={value.fips} onChange={(fips) => onChange({ fips })} />
            <YesNoChoice
              label="Dual-stack endpoints"
              value={value.dualstack}
              onChange={(dualstack) => onChange({ dualstack })}
            />
          </div>
          <h3>Proxy and certificates</h3>
          <Choice
            label="Proxy"
            value={value.proxy}
            // With the field of the password goes what was typed in it.
            onChange={(proxy) => onChange({ proxy: proxy as NetworkForm['proxy'], proxyPassword: '' })}
          >
            <option value="environment">HTTPS_PROXY and NO_PROXY of the environment</option>
            <option value="system">Settings of this system</option>
            <option value="url">This proxy…</option>
            <option value="none">None, connect directly</option>
          </Choice>
          {value.proxy === 'url' && (
            <>
              {text('proxyUrl', {
                label: 'Address of the proxy',
                isMono: true,
                isRequired: true,
                placeholder: 'http://proxy.example.com:3128',
              })}
              <div className="form-pair">
                {text('proxyUser', { label: 'User', placeholder: 'None' })}
                {text('proxyPassword', {
                  label: 'Password',
                  isSecret: true,
                  placeholder: hasPassword && !value.forgetsPassword ? 'Kept, unchanged' : 'None',
                  hint: 'Kept by the key store of this system only.',
                })}
              </div>
              {hasPassword && (
                <label className="check">
                  <input
                    type="checkbox"
                    checked={value.forgetsPassword}
                    onChange={({ target }) => onChange({ forgetsPassword: target.checked })}
                  />
                  Forget the password that is kept
                </label>
              )}
            </>
          )}
          <div className="form-file">
            {text('caFile', {
              label: 'More trusted certificates',
              isMono: true,
              placeholder: 'A file in PEM, for a proxy that inspects TLS',
            })}
            <button
              type="button"
              className="button"
              onClick={() =>
                void workspace.chooseCertificates().then((path) => {
                  if (path !== undefined) onChange({ caFile: path });
                })
              }
            >
              Choose…
            </button>
          </div>
        </>
      )}
      <h3>Requests</h3>
      <div className="form-pair">
        {text('maxAttempts', { label: 'Attempts per call', placeholder: '3', isNumeric: true })}
        <Choice
          label="Retries"
          value={value.retryMode}
          onChange={(retryMode) => onChange({ retryMode: retryMode as NetworkForm['retryMode'] })}
        >
          <option value="">Default of the SDK</option>
          <option value="standard">Standard</option>
          <option value="adaptive">Adaptive, slows down when throttled</option>
        </Choice>
      </div>
      <div className="form-pair">
        {text('connectTimeout', { label: 'Seconds to connect', placeholder: '6', isNumeric: true })}
        {text('answerTimeout', { label: 'Seconds for an answer', placeholder: '20', isNumeric: true })}
      </div>
    </details>
  );
}

interface YesNoChoiceProps {
  readonly label: string;
  readonly value: YesNo;
  readonly onChange: (value: YesNo) => void;
}

function YesNoChoice({ label, value, onChange }: YesNoChoiceProps) {
  return (
    <Choice label={label} value={value} onChange={(chosen) => onChange(chosen as YesNo)}>
      <option value="">As the AWS settings say</option>
      <option value="yes">Use</option>
      <option value="no">Do not use</option>
    </Choice>
  );
}

import { defaultIdleMinutes } from '../../../shared/cut-offs.ts';
import type { ManagedNode } from '../../../shared/inventory.ts';

const facts = (platform: ManagedNode['platform']): readonly (readonly [name: string, value: string])[] => [
  ['Runs', platform === 'windows' ? 'powershell.exe' : '/bin/sh'],
  ['Runs as', 'root, whatever the user of the image is'],
  ['Ends when idle', `after ${defaultIdleMinutes} min, which cannot be changed`],
  ['Logs and key', 'as the cluster says'],
];

/** A shell by ECS Exec: no session document has a say in it. */
export function ExecFacts({ platform }: { readonly platform: ManagedNode['platform'] }) {
  return (
    <section className="before" aria-label="What is known of the session" data-testid="before-connecting">
      <h3>What this session will be</h3>
      <dl className="before-facts">
        {facts(platform).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <span className="copyable">{value}</span>
            </dd>
          </div>
        ))}
      </dl>
      <p className="form-hint">
        ECS Exec, as no document is named. A document starts the session at Systems Manager instead.
      </p>
    </section>
  );
}

import { Plus, Trash2 } from 'lucide-react';
import { useId } from 'react';
import { autoScalingGroupTag } from '../../../shared/query-words.ts';
import { knownContainerNames, knownTagKeys, knownTagValues } from '../../nodes/query-preview.ts';
import {
  emptyQuery,
  type QueryForm,
  type QueryTextField,
  type TagField,
  type TargetKind,
} from '../../profiles/query-form.ts';
import { IconButton } from '../icon-button.tsx';
import { ProfileText } from './profile-text.tsx';
import { QueryPreviewLine } from './query-preview-line.tsx';
import { SuggestedField } from './suggested-field.tsx';
import type { ProfileFields } from './use-profile-fields.ts';
import './target-fields.css';

const kinds: readonly { readonly kind: TargetKind; readonly word: string }[] = [
  { kind: 'node', word: 'A node' },
  { kind: 'tags', word: 'Tags' },
  { kind: 'name', word: 'Name' },
  { kind: 'auto-scaling-group', word: 'Auto Scaling group' },
  { kind: 'ecs-service', word: 'ECS service' },
];

interface TargetFieldsProps {
  readonly fields: ProfileFields;
  /** Of the profile that is edited, whose lists are at hand. */
  readonly profileId: string | undefined;
}

/** Where the profile's sessions go: a node, or any healthy member of a query. */
export function TargetFields({ fields, profileId }: TargetFieldsProps) {
  const name = useId();
  const { query } = fields.form;
  const change = (changed: Partial<QueryForm>): void => fields.set({ query: { ...query, ...changed } });
  return (
    <div className="target-fields">
      <fieldset className="form-segments">
        <legend>Target</legend>
        <div className="segments">
          {kinds.map(({ kind, word }) => (
            <label key={kind}>
              <input
                type="radio"
                name={name}
                checked={kind === query.kind}
                onChange={() => change({ kind })}
              />
              <span>{word}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <KindFields fields={fields} profileId={profileId} change={change} />
      {query.kind !== 'node' && <QueryPreviewLine query={fields.query} profileId={profileId} />}
    </div>
  );
}

interface KindFieldsProps extends TargetFieldsProps {
  readonly change: (changed: Partial<QueryForm>) => void;
}

function KindFields({ fields, profileId, change }: KindFieldsProps) {
  const { query } = fields.form;
  const text = (field: QueryTextField) => {
    const { shown, isWrong } = fields.errorOf(field);
    return {
      value: query[field],
      error: shown,
      isWrong,
      onChange: (typed: string) => change({ [field]: typed }),
      onLeave: () => fields.leave(field, query[field]),
    };
  };
  switch (query.kind) {
    case 'node':
      return (
        <ProfileText
          fields={fields}
          field="target"
          label="Node id"
          isMono
          placeholder="Any node of the list"
        />
      );
    case 'tags':
      return <TagRows fields={fields} profileId={profileId} change={change} />;
    case 'name':
      return (
        <SuggestedField
          {...text('pattern')}
          label="Name of an EC2 instance"
          placeholder="web-*"
          hint="* stands for any number of characters, ? for at most one."
          suggest={(nodes, typed) => knownTagValues(nodes, profileId, 'Name', typed)}
        />
      );
    case 'auto-scaling-group':
      return (
        <SuggestedField
          {...text('group')}
          label="Name of the group"
          placeholder="shop-web"
          suggest={(nodes, typed) => knownTagValues(nodes, profileId, autoScalingGroupTag, typed)}
        />
      );
    case 'ecs-service': {
      const { cluster, service } = query;
      return (
        <>
          <div className="form-pair">
            <SuggestedField
              {...text('cluster')}
              label="Cluster"
              placeholder="shop"
              suggest={(nodes, typed) => knownContainerNames(nodes, profileId, 'cluster', {}, typed)}
            />
            <SuggestedField
              {...text('service')}
              label="Service"
              placeholder="checkout"
              within={cluster}
              suggest={(nodes, typed) => knownContainerNames(nodes, profileId, 'service', { cluster }, typed)}
            />
          </div>
          <SuggestedField
            {...text('container')}
            label="Container"
            placeholder="The first that can be entered"
            within={`${cluster} ${service}`}
            suggest={(nodes, typed) =>
              knownContainerNames(nodes, profileId, 'name', { cluster, service }, typed)
            }
          />
        </>
      );
    }
  }
}

/** There is always a line to type in. */
const withoutTag = (tags: readonly TagField[], gone: TagField): readonly TagField[] =>
  tags.length === 1 ? emptyQuery.tags : tags.filter((known) => known !== gone);

/** Tags that all have to match, one a line. */
function TagRows({ fields, profileId, change }: KindFieldsProps) {
  const { tags } = fields.form.query;
  const { shown, isWrong } = fields.errorOf('tags');
  const leave = (tag: TagField): void => fields.leave('tags', tag.key);
  return (
    <div className="tag-rows">
      {tags.map((tag, at) => {
        const set = (changed: Partial<TagField>): void =>
          change({ tags: tags.map((known) => (known === tag ? { ...known, ...changed } : known)) });
        return (
          <div key={tag.id} className="tag-row" role="group" aria-label={`Tag ${at + 1}`}>
            <SuggestedField
              label="Key"
              isLabelHidden={at > 0}
              value={tag.key}
              placeholder="Role"
              error={undefined}
              isWrong={isWrong && at === 0}
              suggest={(nodes, typed) => knownTagKeys(nodes, profileId, typed)}
              onChange={(key) => set({ key })}
              onLeave={() => leave(tag)}
            />
            <span className="tag-equals" aria-hidden>
              =
            </span>
            <SuggestedField
              label="Value"
              isLabelHidden={at > 0}
              value={tag.value}
              placeholder="web, or prod*"
              error={undefined}
              isWrong={false}
              within={tag.key}
              suggest={(nodes, typed) => knownTagValues(nodes, profileId, tag.key.trim(), typed)}
              onChange={(value) => set({ value })}
              onLeave={() => leave(tag)}
            />
            <IconButton
              label={`Remove the tag ${tag.key}`.trim()}
              icon={Trash2}
              onClick={() => change({ tags: withoutTag(tags, tag) })}
            />
          </div>
        );
      })}
      {shown !== undefined && (
        <p className="form-error" role="alert">
          {shown}
        </p>
      )}
      <div className="tag-end">
        <button
          type="button"
          className="button small"
          onClick={() => change({ tags: [...tags, { id: crypto.randomUUID(), key: '', value: '' }] })}
        >
          <Plus className="icon" aria-hidden />
          Add tag
        </button>
        <p className="form-hint">All of them have to match. * stands for any number of characters.</p>
      </div>
    </div>
  );
}

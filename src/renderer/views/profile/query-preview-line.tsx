import { CircleHelp, SearchX } from 'lucide-react';
import type { TargetQuery } from '../../../shared/target-query.ts';
import { previewQuery } from '../../nodes/query-preview.ts';
import { previewWords } from '../../words/queries.ts';
import { useNodes } from '../use-app.ts';

interface QueryPreviewLineProps {
  /** Undefined while what is typed is not one. */
  readonly query: TargetQuery | undefined;
  readonly profileId: string | undefined;
}

/** Who a query would find, by the node lists at hand. */
export function QueryPreviewLine({ query, profileId }: QueryPreviewLineProps) {
  const nodes = useNodes();
  const preview = query && previewQuery(nodes, profileId, query);
  const tone = toneOf(preview);
  return (
    <p className="query-preview" data-tone={tone} data-testid="query-preview" role="status">
      {tone === 'good' ? (
        <i className="dot live" aria-hidden />
      ) : tone === 'unknown' ? (
        <CircleHelp className="icon" aria-hidden />
      ) : (
        <SearchX className="icon" aria-hidden />
      )}
      <span>{preview === undefined ? 'Say what the nodes have in common.' : previewWords(preview)}</span>
    </p>
  );
}

function toneOf(preview: ReturnType<typeof previewQuery> | undefined): 'good' | 'none' | 'unknown' {
  if (preview === undefined || preview.kind === 'unknown') return 'unknown';
  return preview.online > 0 ? 'good' : 'none';
}

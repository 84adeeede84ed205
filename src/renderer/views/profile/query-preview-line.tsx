import { useMemo } from 'react';
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
  const { version } = nodes;
  const text = JSON.stringify(query);
  const preview = useMemo(
    () => query && previewQuery(nodes, profileId, query),
    // The query is another value at each turn, and the index the same one; text and version tell.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
    [nodes, version, profileId, text],
  );
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

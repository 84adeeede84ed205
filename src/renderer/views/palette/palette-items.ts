import type { App } from '../../app.ts';
import { commandTitles, paletteCommands, runCommand } from '../../commands/commands.ts';
import { shortcutLabel } from '../../commands/shortcuts.ts';
import { connectTo, connectWords, requestForTarget } from '../../nodes/connect.ts';
import { findNodes } from '../../nodes/find-nodes.ts';
import { matchLetters } from '../../nodes/match-letters.ts';
import { isEmptyQuery, parseQuery, wordsOf } from '../../nodes/query.ts';
import { stateOf } from '../../actions/session-actions.ts';
import { accessSubjects } from '../../state/access.ts';
import type { AppState } from '../../state/app-state.ts';
import { isLive, nodeOf } from '../../state/tabs.ts';
import { environmentWord } from '../../words/environments.ts';
import { accessVerb } from '../../words/states.ts';
import { signInVerb } from '../../words/sign-ins.ts';
import { remoteText } from '../../words/remote-text.ts';
import { tabTitle } from '../tabs/tab-title.ts';

export interface PaletteItem {
  readonly id: string;
  readonly section: 'Open tabs' | 'Nodes' | 'Profiles' | 'Actions';
  readonly title: string;
  readonly detail: string;
  readonly hint: string;
  readonly environment: string | undefined;
  readonly online: boolean | undefined;
  readonly run: () => void;
}

/** More than this nobody reads: another letter is quicker. */
const nodeLimit = 30;
const nodesAtRest = 8;

/** What fits the text, in the order in which it is shown: sections, and in each the best first. */
export function paletteItems(
  app: App,
  state: AppState,
  text: string,
  only: 'nodes' | undefined,
): PaletteItem[] {
  const query = parseQuery(text);
  const nodes = findNodes(
    app.nodes,
    state,
    query,
    isEmptyQuery(query) && only === undefined ? nodesAtRest : nodeLimit,
  ).flatMap(({ place, node }): PaletteItem[] => {
    const profile = state.profiles.find(({ id }) => id === place.profileId);
    if (profile === undefined) return [];
    return [
      {
        id: `node ${place.id} ${node.id}`,
        section: 'Nodes',
        title: remoteText(node.name) || node.id,
        detail: node.id,
        hint: `${profile.name}${node.online ? '' : ', offline'}`,
        environment: profile.environment,
        online: node.online,
        run: () => connectTo(app, { profile, node }, 'now'),
      },
    ];
  });
  if (only === 'nodes') return nodes;
  const words = wordsOf(query).map((word) => word.text);
  const fits = (title: string): number | undefined => {
    let score = 0;
    for (const word of words) {
      const match = matchLetters(title.toLowerCase(), word);
      if (match === undefined) return undefined;
      score += match.score;
    }
    return score;
  };
  const best = (items: PaletteItem[]): PaletteItem[] =>
    items
      .flatMap((item) => {
        const score = fits(item.title);
        return score === undefined ? [] : [{ item, score }];
      })
      .sort((a, b) => b.score - a.score)
      .map(({ item }) => item);
  const others = query.terms.some(({ kind }) => kind !== 'text')
    ? []
    : [...best(tabItems(app, state)), ...best(actionItems(app, state)), ...best(profileItems(app, state))];
  const tabs = others.filter(({ section }) => section === 'Open tabs');
  return [...tabs, ...nodes, ...others.filter(({ section }) => section !== 'Open tabs')];
}

function tabItems({ sessions }: App, state: AppState): PaletteItem[] {
  return state.tabs.items
    .filter(({ id }) => id !== state.tabs.activeId)
    .map((tab) => ({
      id: `tab ${tab.id}`,
      section: 'Open tabs',
      title: tabTitle(tab),
      detail: tab.kind === 'session' ? (nodeOf(tab)?.target ?? '') : '',
      hint: 'go to tab',
      environment: undefined,
      online: undefined,
      run: () => sessions.activate(tab.id),
    }));
}

function profileItems({ workspace }: App, state: AppState): PaletteItem[] {
  return state.profiles.map((profile) => ({
    id: `profile ${profile.id}`,
    section: 'Profiles',
    title: profile.name,
    detail: environmentWord(profile.environment),
    hint: 'edit profile',
    environment: profile.environment,
    online: undefined,
    run: () => workspace.setDialog({ kind: 'profile', id: profile.id }),
  }));
}

function actionItems(app: App, state: AppState): PaletteItem[] {
  const platform = state.start.kind === 'ready' ? state.start.value.platform : 'linux';
  const action = (id: string, title: string, hint: string, run: () => void): PaletteItem => ({
    id: `action ${id}`,
    section: 'Actions',
    title,
    detail: '',
    hint,
    environment: undefined,
    online: undefined,
    run,
  });
  return [
    ...state.signIns.map((signIn) =>
      action(`sign-in ${signIn.id}`, signInVerb(signIn), '', () => app.signIns.ask(signIn.id)),
    ),
    ...accessSubjects(state).map((subject) =>
      action(`access ${subject.key}`, accessVerb(subject), '', () => app.access.show(subject)),
    ),
    ...state.profiles.flatMap((profile) => {
      const request = requestForTarget(profile);
      if (request === undefined) return [];
      return [
        {
          ...action(`target ${profile.id}`, connectWords(request), profile.name, () =>
            app.sessions.open(request),
          ),
          environment: profile.environment,
        },
      ];
    }),
    ...paletteCommands(app).map((command) =>
      action(command, commandTitles[command], shortcutLabel(command, platform), () =>
        runCommand(app, command),
      ),
    ),
    ...(state.tabs.items.some((tab) => tab.kind === 'session' && !isLive(stateOf(state, tab)))
      ? [action('reconnect-all', 'Reconnect all ended tabs', '', () => app.sessions.restartAll())]
      : []),
    action('new-tunnel', 'New tunnel: forward a port', '', () => app.tunnels.create()),
    action('found-profiles', 'Add profiles from your AWS files', '', () =>
      app.workspace.setDialog({ kind: 'found-profiles' }),
    ),
    action('new-profile', 'New profile', '', () => app.workspace.setDialog({ kind: 'profile' })),
    ...state.profiles.map(({ id, name }) =>
      action(`refresh ${id}`, `Refresh nodes of ${name}`, '', () => void app.lists.refresh(id)),
    ),
  ];
}

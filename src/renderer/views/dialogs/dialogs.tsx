import { lazy, Suspense } from 'react';
import { OrphansDialog } from '../orphans/orphans-dialog.tsx';
import { FoundDialog } from '../shared-profiles/found-dialog.tsx';
import { SignInDialog } from '../sign-in/sign-in-dialog.tsx';
import { useAppState } from '../use-app.ts';
import { PasteDialog } from './paste-dialog.tsx';
import { ContainerQuestion } from './container-question.tsx';
import {
  ClearHistoryQuestion,
  CloseTabsQuestion,
  EndSessionQuestion,
  OfflineQuestion,
  OpenLinkQuestion,
  RemoveProfileQuestion,
} from './questions.tsx';
import { RenameDialog } from './rename-dialog.tsx';
import { SettingsDialog } from './settings-dialog.tsx';
import { ShortcutsDialog } from './shortcuts-dialog.tsx';
import { RunCommandQuestion } from './run-command-question.tsx';
import { RemoveTunnelQuestion, StopTunnelQuestion } from './tunnel-questions.tsx';
import { QuitQuestion } from './quit-question.tsx';
import './dialogs.css';

const AccessDialog = lazy(() => import('../access/access-dialog.tsx'));
const ConnectDialog = lazy(() => import('../connect/connect-dialog.tsx'));
const DoctorDialog = lazy(() => import('../doctor/doctor-dialog.tsx'));
const Palette = lazy(() => import('../palette/palette.tsx'));
// These bring the schema library, with which they check what is typed.
const ProfileDialog = lazy(() => import('../profile/profile-dialog.tsx'));
const TunnelDialog = lazy(() => import('./tunnel-dialog.tsx'));

/** The dialog that is open, if any, and the question before quitting, which may come at any time. */
export function Dialogs() {
  const question = useAppState((state) => state.quitQuestion);
  return (
    <>
      <CurrentDialog />
      {question !== undefined && <QuitQuestion question={question} />}
    </>
  );
}

function CurrentDialog() {
  const dialog = useAppState((state) => state.dialog);
  switch (dialog?.kind) {
    case undefined:
      return null;
    case 'palette':
      return (
        <Suspense>
          <Palette only={dialog.only} />
        </Suspense>
      );
    case 'profile':
      return (
        <Suspense>
          <ProfileDialog dialog={dialog} />
        </Suspense>
      );
    case 'access':
      return (
        <Suspense>
          <AccessDialog key={dialog.key} subjectKey={dialog.key} />
        </Suspense>
      );
    case 'found-profiles':
      return <FoundDialog />;
    case 'shortcuts':
      return <ShortcutsDialog />;
    case 'settings':
      return <SettingsDialog />;
    case 'remove-profile':
      return <RemoveProfileQuestion id={dialog.id} />;
    case 'connect':
      return (
        <Suspense>
          <ConnectDialog request={dialog.request} replaces={dialog.replaces} />
        </Suspense>
      );
    case 'offline':
      return dialog.node.container === undefined ? (
        <OfflineQuestion request={dialog.request} node={dialog.node} />
      ) : (
        <ContainerQuestion request={dialog.request} node={dialog.node} container={dialog.node.container} />
      );
    case 'doctor':
      return (
        <Suspense>
          <DoctorDialog key={dialog.request.target} request={dialog.request} />
        </Suspense>
      );
    case 'rename-tab':
      return <RenameDialog tabId={dialog.tabId} />;
    case 'close-tabs':
      return <CloseTabsQuestion tabIds={dialog.tabIds} />;
    case 'end-session':
      return <EndSessionQuestion tabId={dialog.tabId} />;
    case 'paste':
      return <PasteDialog tabId={dialog.tabId} question={dialog.question} />;
    case 'open-link':
      return <OpenLinkQuestion text={dialog.text} url={dialog.url} />;
    case 'clear-history':
      return <ClearHistoryQuestion />;
    case 'tunnel':
      return (
        <Suspense>
          <TunnelDialog dialog={dialog} />
        </Suspense>
      );
    case 'stop-tunnel':
      return <StopTunnelQuestion id={dialog.id} />;
    case 'remove-tunnel':
      return <RemoveTunnelQuestion id={dialog.id} />;
    case 'run-command':
      return <RunCommandQuestion request={dialog.request} />;
    case 'orphans':
      return <OrphansDialog />;
    case 'sign-in':
      return <SignInDialog id={dialog.id} />;
  }
}

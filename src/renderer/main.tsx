import './page.ts';
import './styles/base.css';
import './styles/controls.css';
import { createRoot } from 'react-dom/client';
import { createApp, listen } from './app.ts';
import { afterFirstPaint } from './first-paint.ts';
import { followSettings } from './follow-settings.ts';
import { AppProvider } from './views/use-app.ts';
import { Window } from './views/window.tsx';

/** The workspace is a few milliseconds away; longer than this, and the window shows that it is waiting. */
const patienceMs = 150;

const app = createApp(window.nodewharf);
followSettings(app);
listen(app);

const loaded = app.workspace.load();
await Promise.race([loaded, new Promise((resolve) => window.setTimeout(resolve, patienceMs))]);

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root.');
createRoot(root).render(
  <AppProvider value={app}>
    <Window />
  </AppProvider>,
);
await loaded;
afterFirstPaint(app);

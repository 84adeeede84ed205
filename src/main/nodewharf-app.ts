import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { app, dialog, Menu, nativeTheme, screen, session } from 'electron';
import { Approvals } from './approvals/approvals.ts';
import { RequestStore } from './approvals/request-store.ts';
import { BytesWorkerOwner } from './bytes/bytes-worker-owner.ts';
import { monotonicClock } from './bytes/terminal-link.ts';
import { loadAwsRoom } from './aws-room.ts';
import { FavouriteStore } from './favourites/favourite-store.ts';
import { History } from './history/history.ts';
import { Inventories } from './inventory/inventories.ts';
import { InventoryCache } from './inventory/inventory-cache.ts';
import { makeHandlers } from './ipc/handlers.ts';
import { tellPage } from './ipc/page.ts';
import { registerCalls } from './ipc/register-calls.ts';
import { attachTerminal } from './ipc/terminal-ports.ts';
import { LabOwner } from './lab/lab-owner.ts';
import { forkLab } from './lab/lab-utility-process.ts';
import { logProblem } from './log.ts';
import type { Profile } from '../shared/models.ts';
import { requiresReason } from '../shared/reason-rule.ts';
import type { LoadProblem } from './storage/load-problem.ts';
import { watchNetwork } from './network/network-watch.ts';
import { Examinations } from './doctor/examinations.ts';
import { accessNews, cutOffNews } from './notifications/news-of-sessions.ts';
import { type News, Notifier } from './notifications/notifier.ts';
import { OrphanSweep } from './orphans/orphan-sweep.ts';
import { localLabId, ProfileStore } from './profiles/profile-store.ts';
import { Quit } from './quit.ts';
import { SecretStore } from './secrets/secret-store.ts';
import { systemKeyStore } from './secrets/system-key-store.ts';
import { makeSessionKinds, type SessionKinds } from './sessions/session-kinds.ts';
import { SharedSettingsOwner } from './shared-settings/shared-settings-owner.ts';
import { Identities } from './sign-ins/identities.ts';
import { SettingsStore } from './settings/settings-store.ts';
import { TunnelStore } from './tunnels/tunnel-store.ts';
import { openInBrowser } from './window/open-in-browser.ts';
import { serveApp } from './window/app-scheme.ts';
import { MainWindow } from './window/main-window.ts';
import { menuTemplate } from './window/menu-template.ts';
import { WindowBounds } from './window/window-bounds.ts';

/** How long the service may take to hear of all ended sessions before the app ends regardless. */
const endSessionsLimitMs = 5_000;
/** A window that is on screen for so long without a list, ms: whatever is put off for the list begins. */
const firstPaintLimitMs = 2_000;

/**
 * Everything that lives as long as the app, made and ended in one place. Made when Electron is ready.
 *
 * The order is that of the road to the first paint: the small files, the window (whose page's process starts while the
 * rest is made), and what is heavy (the AWS SDK, SQLite, the lab) only once the page has painted its list or somebody asks for it: the page
 * draws in software on the same cores.
 */
export class NodewharfApp {
  readonly #settings: SettingsStore;
  readonly #secrets: SecretStore;
  readonly #profiles: ProfileStore;
  readonly #history: History;
  readonly #inventoryCache: InventoryCache;
  readonly #inventories: Inventories;
  readonly #favourites: FavouriteStore;
  readonly #tunnelStore: TunnelStore;
  readonly #requestStore: RequestStore;
  readonly #approvals: Approvals;
  /** Ids of the access requests whose decision was told. */
  readonly #decided = new Set<string>();
  readonly #kinds: SessionKinds;
  readonly #orphans: OrphanSweep;
  readonly #identities: Identities;
  readonly #sharedSettings: SharedSettingsOwner;
  readonly #lab = new LabOwner(forkLab);
  readonly #bytesWorker = new BytesWorkerOwner(startBytesWorker);
  readonly #bounds: WindowBounds;
  readonly #window: MainWindow;
  readonly #quit: Quit;
  readonly #notifier: Notifier;
  readonly #examinations: Examinations;
  readonly #stopNetworkWatch: () => void;
  #placeSaved: Promise<void> = Promise.resolve();
  #wasPainted = false;
  #hasFinished = false;

  constructor() {
    const folder = app.getPath('userData');
    const now = Date.now();
    this.#inventoryCache = new InventoryCache(join(folder, 'node-lists'));
    // Its start is what the first list waits for. Whoever asks for it next hears of a failure.
    if (this.#inventoryCache.isNew) this.#lab.open().catch(() => {});
    this.#settings = new SettingsStore(join(folder, 'settings.json'), now, ({ theme }) => {
      nativeTheme.themeSource = theme;
    });
    nativeTheme.themeSource = this.#settings.current.theme;
    this.#bounds = new WindowBounds(join(folder, 'window.json'));
    serveApp(join(import.meta.dirname, '../renderer'));
    const screens = screen.getAllDisplays().map(({ workArea }) => workArea);
    this.#window = new MainWindow(this.#bounds.load(now, screens), {
      onShown: () => this.#awaitFirstPaint(),
      onCloseAsked: () => this.#quit.wanted(),
      onPlaceChanged: (place) => {
        this.#placeSaved = this.#bounds.save(place);
      },
      onHopeless: () => {
        dialog.showErrorBox(
          'Nodewharf',
          'The window crashes again and again. Nodewharf ends all sessions and quits.',
        );
        this.#quit.now();
      },
    });
    this.#secrets = new SecretStore(join(folder, 'secrets.json'), now, systemKeyStore);
    this.#profiles = new ProfileStore(join(folder, 'profiles.json'), now, this.#secrets, (profiles) =>
      tellPage(this.#page(), 'profilesChanged', profiles),
    );
    this.#history = new History(join(folder, 'history.sqlite'), Date.now);
    this.#sharedSettings = new SharedSettingsOwner(loadAwsRoom, (settings) => {
      tellPage(this.#page(), 'sharedSettingsChanged', settings);
      this.#readFailedListsAgain();
    });
    this.#identities = new Identities({
      loadAws: loadAwsRoom,
      openLab: () => this.#lab.open(),
      environment: process.env,
      network: {
        resolveProxy: (url) => session.defaultSession.resolveProxy(url),
        proxyPassword: (profileId) => this.#profiles.proxyPassword(profileId),
      },
      profiles: () => this.#profiles.list(),
      isInUse: (profileId) => this.#kinds.lives.isAnyLiveOn(profileId),
      openBrowser: openInBrowser,
      tell: (name, payload) => tellPage(this.#page(), name, payload),
      onReady: (profileIds) => this.#goOn(profileIds),
      onSignedIn: () => this.#window.focus(),
    });
    const { connect } = this.#identities;
    this.#inventories = new Inventories({
      cache: this.#inventoryCache,
      connect,
      profiles: () => this.#profiles.list(),
      mayReadUnasked: (profile) => this.#identities.needsNobody(profile),
      tell: (changes) => tellPage(this.#page(), 'inventoriesChanged', changes),
      now: Date.now,
      setTimer: monotonicClock.setTimer,
      random: Math.random,
    });
    this.#favourites = new FavouriteStore(join(folder, 'favourites.json'), now, (favourites) =>
      tellPage(this.#page(), 'favouritesChanged', favourites),
    );
    this.#tunnelStore = new TunnelStore(join(folder, 'tunnels.json'), now, (tunnels) =>
      tellPage(this.#page(), 'tunnelsChanged', tunnels),
    );
    this.#notifier = new Notifier({
      isWanted: () => this.#settings.current.notifications && !this.#window.isInFront,
      onClick: (key) => {
        this.#window.focus();
        tellPage(this.#page(), 'sessionWanted', { key });
      },
    });
    this.#requestStore = new RequestStore(join(folder, 'access-requests.json'), now);
    this.#approvals = new Approvals({
      connect,
      store: this.#requestStore,
      now: Date.now,
      random: Math.random,
      setTimer: monotonicClock.setTimer,
    });
    this.#kinds = makeSessionKinds({
      surroundings: {
        connect,
        notes: this.#history,
        now: Date.now,
        agentVersion: (profile, target) => this.#inventories.findNode(profile, target)?.agentVersion,
        requiresReason: (profile) => requiresReason(profile, this.#settings.current),
        approvals: this.#approvals,
        onAccessOutcome: (session, outcome) => {
          // One request may serve several sessions, and is told of once.
          if (this.#decided.has(outcome.requestId)) return;
          this.#decided.add(outcome.requestId);
          this.#notify(accessNews(session, outcome));
        },
      },
      bytes: this.#bytesWorker,
      tunnelStore: this.#tunnelStore,
      clock: monotonicClock,
      profile: (id, attempted, target) => {
        const profile = this.#profiles.get(id, attempted);
        return target === undefined ? profile : this.#inventories.inRegionOf(profile, target);
      },
      onCutOff: (session) => this.#notify(cutOffNews(session, Date.now())),
      tell: (name, payload) => tellPage(this.#page(), name, payload),
    });
    const { lives, sessions, tunnels, commands } = this.#kinds;
    this.#examinations = new Examinations({
      connect,
      profile: (id, attempted, target) =>
        this.#inventories.inRegionOf(this.#profiles.get(id, attempted), target),
      now: Date.now,
      onChanged: (examination) => tellPage(this.#page(), 'examinationChanged', examination),
    });
    this.#orphans = new OrphanSweep({
      unsettled: () => this.#history.unsettled(),
      settle: (keys) => this.#history.settle(keys),
      profiles: () => this.#profiles.list(),
      connect,
      needsNobody: (profile) => this.#identities.needsNobody(profile),
      onFound: (orphans) => tellPage(this.#page(), 'orphansFound', { orphans }),
    });
    this.#quit = new Quit({
      isAnyLive: () => lives.isAnyLive(),
      wantsToBeAsked: () => this.#settings.current.confirmClose,
      ask: () => {
        this.#window.focus();
        tellPage(this.#page(), 'quitRequested', {
          live: sessions.live(),
          tunnels: tunnels.live(),
          commands: commands.live(),
        });
      },
      pageIsAlive: () => this.#pageIsAlive(),
      finish: () => void this.#finish(),
    });
    registerCalls(
      makeHandlers({
        profiles: this.#profiles,
        settings: this.#settings,
        history: this.#history,
        inventories: this.#inventories,
        favourites: this.#favourites,
        ...this.#kinds,
        tunnelStore: this.#tunnelStore,
        orphans: this.#orphans,
        examinations: this.#examinations,
        identities: this.#identities,
        approvals: this.#approvals,
        quit: this.#quit,
        sharedSettings: this.#sharedSettings,
        chooseCertificates: () => this.#window.chooseFile('Certificates', ['pem', 'crt', 'cer', 'ca-bundle']),
        pagePainted: () => this.#afterFirstPaint(),
        demoPort: async () => (await this.#lab.open()).demoPort,
        attachTerminal: (key) => {
          const bytes = sessions.bytes(key);
          const page = this.#page();
          if (page !== undefined) attachTerminal(page, key, bytes);
        },
      }),
      () => this.#page(),
    );
    Menu.setApplicationMenu(
      Menu.buildFromTemplate(
        menuTemplate(process.platform, (command) => tellPage(this.#page(), 'menuCommand', { command })),
      ),
    );
    this.#stopNetworkWatch = watchNetwork(
      () => lives.isAnyReconnecting(),
      () => lives.reconnectAll(),
    );
    this.#listen();
    this.#listNodesIfNone();
  }

  /** Without a list on disk there is nothing to paint until the lab is up, so that is not put off. */
  #listNodesIfNone(): void {
    const lab = this.#localLab();
    const wasRead = this.#inventories.get(lab).some(({ head }) => head.fetchedAt !== undefined);
    if (!wasRead) this.#inventories.refresh(lab);
  }

  /** What these profiles waited for is there: their sessions go on, and their lists are read anew. */
  #goOn(profileIds: readonly string[]): void {
    this.#kinds.lives.signedIn((id) => profileIds.includes(id) || !this.#identities.signIns.isWaiting(id));
    for (const profile of this.#profiles.list()) {
      if (profileIds.includes(profile.id)) this.#inventories.refresh(profile);
    }
  }

  /** The AWS files say something else now, and what kept a list from being read may be mended. */
  #readFailedListsAgain(): void {
    for (const profile of this.#profiles.list()) this.#inventories.refreshFailed(profile);
  }

  #localLab(): Profile {
    return this.#profiles.get(localLabId, 'List the nodes of the local lab');
  }

  #listen(): void {
    app.on('second-instance', () => this.#window.focus());
    app.on('activate', () => this.#window.focus());
    app.on('before-quit', (event) => {
      if (this.#hasFinished) return;
      event.preventDefault();
      this.#quit.wanted();
    });
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => this.#quit.now());
  }

  /** The page says when its list is on screen; one that cannot say so must not keep the rest waiting. */
  #awaitFirstPaint(): void {
    setTimeout(() => this.#afterFirstPaint(), firstPaintLimitMs).unref();
  }

  #afterFirstPaint(): void {
    if (this.#wasPainted) return;
    this.#wasPainted = true;
    this.#inventories.refresh(this.#localLab());
    this.#inventories.keepFresh();
    this.#tell(this.#profiles.problem);
    this.#tell(this.#secrets.problem);
    this.#tell(this.#settings.problem);
    this.#tell(this.#favourites.problem);
    this.#tell(this.#tunnelStore.problem);
    this.#tell(this.#requestStore.problem);
    void this.#openHistory();
    // Ahead of the first session, which then starts sooner.
    this.#bytesWorker.prepare();
  }

  /** Once the entries of a run that was killed are closed, its sessions are looked for at the service. */
  async #openHistory(): Promise<void> {
    this.#tell(await this.#history.open());
    await this.#orphans.look();
  }

  /** A kept file that could not be used is the user's own: they are told, and where it is now. */
  #tell(problem: LoadProblem | undefined): void {
    if (problem === undefined) return;
    logProblem(`${problem.message} ${problem.detail}`);
    void dialog.showMessageBox({ type: 'warning', title: 'Nodewharf', ...problem });
  }

  #notify(news: News | undefined): void {
    if (news !== undefined) this.#notifier.tell(news);
  }

  #page() {
    return this.#window?.contents;
  }

  /** Asks the page to compute nothing, which it does as soon as its thread is free. */
  async #pageIsAlive(): Promise<void> {
    const page = this.#page();
    if (page === undefined) throw new Error('There is no page.');
    await page.executeJavaScript('0');
  }

  async #finish(): Promise<void> {
    this.#window.hide();
    this.#stopNetworkWatch();
    this.#notifier.close();
    this.#examinations.stopAll();
    this.#inventories.end();
    this.#identities.end();
    this.#sharedSettings.end();
    await this.#kinds.lives.endAll(endSessionsLimitMs);
    this.#approvals.end();
    await Promise.all([
      this.#lab.end(),
      this.#bytesWorker.end(),
      this.#history.close(),
      this.#profiles.settled(),
      this.#favourites.settled(),
      this.#tunnelStore.settled(),
      this.#requestStore.settled(),
      this.#settings.settled(),
      this.#inventoryCache.settled(),
      this.#placeSaved,
    ]).catch((error: unknown) => logProblem('Not everything could be ended in order', error));
    this.#hasFinished = true;
    this.#window.destroy();
    app.quit();
  }
}

function startBytesWorker(): Worker {
  // The bundle's entry for the worker stands beside this one's.
  return new Worker(join(import.meta.dirname, 'bytes-worker.js'), { name: 'terminal bytes' });
}

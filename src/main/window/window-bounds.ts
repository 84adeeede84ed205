import type { Rectangle } from 'electron';
import { z } from 'zod';
import { type FileFormat, VersionedFile } from '../storage/versioned-file.ts';

const whole = z.number().int();
const boundsFileSchema = z.strictObject({
  version: z.literal(1),
  bounds: z.strictObject({ x: whole, y: whole, width: whole.min(1), height: whole.min(1) }),
  isMaximised: z.boolean(),
});
type BoundsFile = z.infer<typeof boundsFileSchema>;

const boundsFileFormat: FileFormat<BoundsFile> = {
  holds: 'window position',
  version: 1,
  schema: boundsFileSchema,
  migrations: {},
};

export interface WindowPlace {
  bounds: Rectangle;
  isMaximised: boolean;
}

/** At least so much of a remembered window must lie on a screen, or nobody could get hold of it. */
const visiblePixels = 100;

/** Where the window was. Owns `window.json`. */
export class WindowBounds {
  readonly #file: VersionedFile<BoundsFile>;

  constructor(path: string) {
    this.#file = new VersionedFile(path, boundsFileFormat);
  }

  /** Undefined at the first start, and when no screen shows the place any more. */
  load(now: number, screens: readonly Rectangle[]): WindowPlace | undefined {
    const loaded = this.#file.load(now);
    if (loaded.kind !== 'loaded') return undefined;
    const { bounds, isMaximised } = loaded.value;
    return screens.some((screen) => isReachable(bounds, screen)) ? { bounds, isMaximised } : undefined;
  }

  /** Never rejects: where a window was is not worth a word. */
  async save(place: WindowPlace): Promise<void> {
    await this.#file.save({ version: 1, ...place }).catch(() => {});
  }
}

function isReachable(bounds: Rectangle, screen: Rectangle): boolean {
  const width = Math.min(bounds.x + bounds.width, screen.x + screen.width) - Math.max(bounds.x, screen.x);
  const height = Math.min(bounds.y + bounds.height, screen.y + screen.height) - Math.max(bounds.y, screen.y);
  // The title bar is at the top.
  return width >= visiblePixels && height >= visiblePixels && bounds.y >= screen.y - visiblePixels / 2;
}

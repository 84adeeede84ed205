import type { Page } from '@playwright/test';

/** Where a run is to leave its pictures, to be looked at; none are made where it is not said. */
const folder = process.env['NODEWHARF_PICTURES'];

/** The window in both themes, which follow the system's. */
export async function savePicture(page: Page, name: string): Promise<void> {
  if (folder === undefined) return;
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: `${folder}/${name}-${colorScheme}.png` });
  }
}

import type { MenuItemConstructorOptions } from 'electron';
import { expect, test } from 'vitest';
import { events } from '../../src/shared/contract.ts';
import { type MenuCommand, menuTemplate } from '../../src/main/window/menu-template.ts';

function itemsOf(
  platform: NodeJS.Platform,
  send: (command: MenuCommand) => void = () => {},
): MenuItemConstructorOptions[] {
  return menuTemplate(platform, send).flatMap(({ submenu }) => submenu as MenuItemConstructorOptions[]);
}

test.each(['linux', 'win32'] as const)(
  'on %s no accelerator takes Ctrl, or Alt, and a letter from the shell',
  (platform) => {
    const accelerators = itemsOf(platform).flatMap(({ accelerator }) => accelerator ?? []);
    expect(accelerators.length).toBeGreaterThan(10);
    expect(
      accelerators.filter((text) => /^(Ctrl|Alt|CmdOrCtrl)\+[A-Z]$/i.test(text) || text.includes('Alt')),
    ).toEqual([]);
  },
);

test.each(['linux', 'win32', 'darwin'] as const)(
  'on %s every menu command of the contract has an item, and no two share a key',
  (platform) => {
    const sent: string[] = [];
    const items = itemsOf(platform, (command) => sent.push(command));
    for (const { click, role } of items) {
      (click as (() => void) | undefined)?.();
      // On macOS these are the system's own.
      if (role === 'copy' || role === 'paste') sent.push(role);
    }
    expect(sent.toSorted()).toEqual([...events.menuCommand.shape.command.options].toSorted());
    const accelerators = items.flatMap(({ accelerator }) => accelerator ?? []);
    expect(new Set(accelerators).size).toBe(accelerators.length);
  },
);

test.each(['linux', 'win32'] as const)(
  'on %s no label has a mnemonic, which would take Alt and a letter',
  (platform) => {
    const labels = [...menuTemplate(platform, () => {}), ...itemsOf(platform)].map(
      ({ label }) => label ?? '',
    );
    expect(labels.filter((label) => label.includes('&'))).toEqual([]);
  },
);

import { DropdownMenu } from 'radix-ui';
import { useSyncExternalStore } from 'react';
import { closeMenu, readMenu, subscribeMenu } from './menu-store.ts';

/** The window's one menu, opened at a place by {@link openMenu}. */
export function Menu() {
  const menu = useSyncExternalStore(subscribeMenu, readMenu);
  if (menu === undefined) return null;
  return (
    <DropdownMenu.Root open onOpenChange={(isOpen) => !isOpen && closeMenu()}>
      <DropdownMenu.Trigger asChild>
        <span className="menu-place" style={{ left: menu.x, top: menu.y }} aria-hidden />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="start" collisionPadding={8} loop>
          {menu.items.map((item, at) =>
            item === 'line' ? (
              // oxlint-disable-next-line react/no-array-index-key -- lines have no identity, and a menu never changes
              <DropdownMenu.Separator key={at} className="menu-line" />
            ) : (
              <DropdownMenu.Item
                key={item.label}
                className="menu-item"
                disabled={item.disabled ?? false}
                data-danger={item.danger || undefined}
                onSelect={() => {
                  closeMenu();
                  item.run();
                }}
              >
                <span className="clip">{item.label}</span>
                {item.hint !== undefined && <span className="menu-hint">{item.hint}</span>}
              </DropdownMenu.Item>
            ),
          )}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

import { Tooltip } from 'radix-ui';
import { useEffect, useState } from 'react';

interface Tip {
  readonly text: string;
  readonly at: DOMRect;
}

/** Long enough that a pointer on its way elsewhere opens nothing. */
const hoverDelayMs = 500;

/**
 * One tooltip for the window, for elements with `data-tip`, and with `data-tip-clipped` when their text does not fit. It
 * repeats or adds; nothing is said in a tooltip only.
 */
export function Tooltips() {
  const [tip, setTip] = useState<Tip | undefined>(undefined);

  useEffect(() => {
    let timer: number | undefined;
    let owner: Element | null = null;
    const hide = (): void => {
      window.clearTimeout(timer);
      owner = null;
      setTip(undefined);
    };
    const consider = (target: EventTarget | null, delayMs: number): void => {
      const element =
        target instanceof Element ? target.closest<HTMLElement>('[data-tip], [data-tip-clipped]') : null;
      if (element === owner) return;
      hide();
      const text = element === null ? undefined : tipOf(element);
      if (element === null || text === undefined) return;
      owner = element;
      timer = window.setTimeout(() => {
        if (element.isConnected) setTip({ text, at: element.getBoundingClientRect() });
      }, delayMs);
    };
    const onOver = ({ target }: PointerEvent): void => consider(target, hoverDelayMs);
    const onFocus = ({ target }: FocusEvent): void => {
      if (target instanceof Element && target.matches(':focus-visible')) consider(target, 0);
    };
    document.addEventListener('pointerover', onOver);
    document.addEventListener('focusin', onFocus);
    for (const name of ['pointerdown', 'keydown', 'wheel', 'focusout', 'pointerleave'] as const) {
      document.addEventListener(name, hide, { capture: true, passive: true });
    }
    return () => {
      hide();
      document.removeEventListener('pointerover', onOver);
      document.removeEventListener('focusin', onFocus);
      for (const name of ['pointerdown', 'keydown', 'wheel', 'focusout', 'pointerleave'] as const) {
        document.removeEventListener(name, hide, { capture: true });
      }
    };
  }, []);

  if (tip === undefined) return null;
  const { left, top, width, height } = tip.at;
  return (
    <Tooltip.Provider>
      <Tooltip.Root open>
        <Tooltip.Trigger asChild>
          <span className="tip-place" style={{ left, top, width, height }} aria-hidden />
        </Tooltip.Trigger>
        <Tooltip.Portal>
          <Tooltip.Content className="tip" sideOffset={6} collisionPadding={8} side="bottom">
            {tip.text}
          </Tooltip.Content>
        </Tooltip.Portal>
      </Tooltip.Root>
    </Tooltip.Provider>
  );
}

function tipOf(element: HTMLElement): string | undefined {
  const { tip, tipClipped } = element.dataset;
  if (tip !== undefined && tip !== '') return tip;
  return tipClipped !== undefined && element.scrollWidth > element.clientWidth ? tipClipped : undefined;
}

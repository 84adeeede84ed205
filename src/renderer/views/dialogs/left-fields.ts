import { useEffect, useRef, useState } from 'react';

export interface LeftFields<Field extends string> {
  /** What is wrong with this field may be told. */
  has(field: Field): boolean;
  /** The keyboard has gone from a field with something in it. An empty one waits for {@link tried}. */
  leave(field: Field): void;
  /** Somebody wanted to save: all that is wrong is told. */
  tried(): void;
}

/**
 * Which fields of a form have been left. One that is left by a press on something else is told of after the press: the line
 * that says what is wrong would push away what is being pressed, and the press would do nothing.
 */
export function useLeftFields<Field extends string>(): LeftFields<Field> {
  const [left, setLeft] = useState<ReadonlySet<Field>>(new Set());
  const [wasTried, setTried] = useState(false);
  const isPressed = useRef(false);
  const waiting = useRef<Field[]>([]);

  useEffect(() => {
    let frame = 0;
    const onDown = (): void => {
      isPressed.current = true;
    };
    const onUp = (): void => {
      isPressed.current = false;
      // The click comes after this event.
      frame = requestAnimationFrame(() => {
        const fields = waiting.current.splice(0);
        if (fields.length > 0) setLeft((known) => new Set([...known, ...fields]));
      });
    };
    document.addEventListener('pointerdown', onDown, true);
    document.addEventListener('pointerup', onUp, true);
    document.addEventListener('pointercancel', onUp, true);
    return () => {
      cancelAnimationFrame(frame);
      document.removeEventListener('pointerdown', onDown, true);
      document.removeEventListener('pointerup', onUp, true);
      document.removeEventListener('pointercancel', onUp, true);
    };
  }, []);

  return {
    has: (field) => wasTried || left.has(field),
    leave(field) {
      if (isPressed.current) waiting.current.push(field);
      else setLeft((known) => new Set([...known, field]));
    },
    tried: () => setTried(true),
  };
}

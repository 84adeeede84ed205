import { Dialogs } from '../dialogs/dialogs.tsx';
import { LinkTip } from './link-tip.tsx';
import { Menu } from './menu.tsx';
import { Notices } from './notices.tsx';
import { Tooltips } from './tooltips.tsx';
import './overlays.css';

/** What floats above the window. */
export default function Overlays() {
  return (
    <>
      <Dialogs />
      <Menu />
      <Tooltips />
      <LinkTip />
      <Notices />
    </>
  );
}

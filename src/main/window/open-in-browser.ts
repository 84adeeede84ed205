import { shell } from 'electron';
import { AppError } from '../../shared/errors.ts';

/** The system opens any scheme it knows, some of which run programs: only the web's pass. */
export async function openInBrowser(url: string): Promise<void> {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol !== 'https:' && parsed?.protocol !== 'http:') {
    throw new AppError({
      code: 'bad-request',
      attempted: 'Open a link',
      message: 'Only http and https links are opened.',
      hint: '',
      retryable: false,
    });
  }
  await shell.openExternal(parsed.href);
}

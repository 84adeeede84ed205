// Runs in Electron: draws assets/icon.svg at each size and writes the pictures. Started by make-icons.mjs.
const { app, BrowserWindow } = require('electron');
const fs = require('node:fs');
const path = require('node:path');

const assets = path.join(__dirname, '..', 'assets');
const sizes = [16, 24, 32, 48, 64, 128, 256, 512];

/**
 * In the page: the drawing on a canvas of this size.
 * @param {string} svg
 * @param {number} size in pixels
 * @returns {Promise<string>} a PNG data URL
 */
function draw(svg, size) {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => {
      const canvas = document.createElement('canvas');
      canvas.width = size;
      canvas.height = size;
      canvas.getContext('2d')?.drawImage(image, 0, 0, size, size);
      resolve(canvas.toDataURL('image/png'));
    };
    image.onerror = () => reject(new Error('the drawing cannot be read'));
    image.src = `data:image/svg+xml,${encodeURIComponent(svg)}`;
  });
}

async function main() {
  await app.whenReady();
  const window = new BrowserWindow({ show: false });
  await window.loadURL('data:text/html,');
  const svg = fs.readFileSync(path.join(assets, 'icon.svg'), 'utf8');
  fs.mkdirSync(path.join(assets, 'icons'), { recursive: true });
  for (const size of sizes) {
    const url = await window.webContents.executeJavaScript(
      `(${draw.toString()})(${JSON.stringify(svg)}, ${size})`,
    );
    const png = Buffer.from(url.slice(url.indexOf(',') + 1), 'base64');
    fs.writeFileSync(path.join(assets, 'icons', `${size}x${size}.png`), png);
    if (size === 512) fs.writeFileSync(path.join(assets, 'icon.png'), png);
  }
  app.quit();
}

main().catch((error) => {
  console.error(error);
  app.exit(1);
});

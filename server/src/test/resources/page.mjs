// Opens the page in headless Chromium, chooses a picture, scores it, and takes pictures of the
// result. Arguments: URL, picture, folder for the screenshots, then name=value of fields.
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

const [url, picture, folder, ...cells] = process.argv.slice(2);
const chromium = spawn('chromium',
  ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--remote-debugging-pipe', '--no-first-run', 'about:blank'],
  { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
const waiting = new Map();
const requests = [];
let last = 0, buffer = '';
chromium.stdio[4].on('data', data => {
  buffer += data;
  for (let end; (end = buffer.indexOf('\0')) >= 0; buffer = buffer.slice(end + 1)) {
    const message = JSON.parse(buffer.slice(0, end));
    if (message.id) {
      const { done, fail } = waiting.get(message.id);
      waiting.delete(message.id);
      message.error ? fail(new Error(JSON.stringify(message.error))) : done(message.result);
    } else if (message.method === 'Network.requestWillBeSent') {
      requests.push(message.params.request.url);
    }
  }
});
const send = (method, params = {}, sessionId) => new Promise((done, fail) => {
  waiting.set(++last, { done, fail });
  chromium.stdio[3].write(JSON.stringify({ id: last, method, params, sessionId }) + '\0');
});
const sleep = ms => new Promise(done => setTimeout(done, ms));
async function until(what, session) {
  for (let i = 0; i < 300; i++) {
    const { result } = await send('Runtime.evaluate', { expression: what, returnByValue: true }, session);
    if (result.value) return result.value;
    await sleep(100);
  }
  throw new Error('never true: ' + what);
}
try {
  const { targetId } = await send('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true });
  await send('Network.enable', {}, sessionId);
  await send('Page.enable', {}, sessionId);
  await send('DOM.enable', {}, sessionId);
  await send('Page.navigate', { url }, sessionId);
  await until("!!document.getElementById('score')", sessionId);
  const { root } = await send('DOM.getDocument', {}, sessionId);
  const { nodeId } = await send('DOM.querySelector', { nodeId: root.nodeId, selector: 'input[type=file]' }, sessionId);
  await send('DOM.setFileInputFiles', { nodeId, files: [resolve(picture)] }, sessionId);
  await until("!!document.querySelector('.drop img')", sessionId);
  for (const cell of cells) {
    const [name, value] = cell.split('=');
    await send('Runtime.evaluate', { expression: `document.getElementById('form').elements[${JSON.stringify(name)}].value = ${JSON.stringify(value)}` }, sessionId);
  }
  await send('Runtime.evaluate', { expression: "document.getElementById('score').click()" }, sessionId);
  const text = await until("document.querySelector('#answer .value, #answer .problem')?.innerText", sessionId);
  await sleep(300);
  for (const [name, width, height] of [['desktop', 1280, 900], ['phone', 390, 844]]) {
    await send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: name === 'phone' }, sessionId);
    await sleep(300);
    const { data } = await send('Page.captureScreenshot', { format: 'png', captureBeyondViewport: name === 'phone' }, sessionId);
    writeFileSync(resolve(folder, name + '.png'), Buffer.from(data, 'base64'));
  }
  const bars = await until("document.querySelectorAll('#answer .bar').length", sessionId).catch(() => 0);
  const wide = await send('Runtime.evaluate', { expression: 'document.documentElement.scrollWidth', returnByValue: true }, sessionId);
  console.log(JSON.stringify({ text, bars, phoneWidth: wide.result.value, outside: requests.filter(r => !r.startsWith(new URL(url).origin) && !r.startsWith('data:') && r !== 'about:blank') }));
} catch (problem) {
  console.error(problem.message);
  process.exitCode = 1;
} finally {
  chromium.kill();
}

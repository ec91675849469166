// onvif (npm): the client of most Node.js programs; callbacks throughout.
'use strict';
const http = require('http');
const crypto = require('crypto');
const { Cam } = require('onvif');

const [host, port, username, password] = process.argv.slice(2);
const told = (step, ok, said) =>
  console.log(JSON.stringify({ step, ok, said: String(said).slice(0, 500) }));
const step = (name, start) => new Promise((resolve) => {
  start((error, answer) => {
    told(name, !error && answer !== undefined, error ? error.message : JSON.stringify(answer));
    resolve(error ? undefined : answer);
  });
});

const cam = new Cam({ hostname: host, port: Number(port), username, password }, async (error) => {
  if (error) { told('connect', false, error.message); process.exit(1); }
  await step('device', (done) => cam.getDeviceInformation(done));
  await step('profiles', (done) => cam.getProfiles(done));
  await step('stream', (done) => cam.getStreamUri({ protocol: 'RTSP' }, done));
  const presets = await step('presets', (done) => cam.getPresets({}, done)) || {};
  await step('events', (done) => {
    cam.once('event', (message) => done(null, message));
    cam.gotoPreset({ preset: presets.gate.$.token }, (failed) => told('goto', !failed, failed || 'accepted'));
    setTimeout(() => done(new Error('no event within 15 s')), 15000).unref();
  });
  await step('status', (done) => cam.getStatus({}, done));
  await step('snapshot', (done) => cam.getSnapshotUri({}, (error, still) => (
    error ? done(error) : fetched(still.uri, done))));
  await step('imaging', (done) => cam.getImagingSettings(done));
  process.exit(0);
});
cam.on('eventsError', (error) => told('events-error', false, error.message));

function fetched(uri, done) {
  http.get(uri, (first) => {
    first.resume();
    const said = Object.fromEntries([...first.headers['www-authenticate'].split(/,\s*Digest /)
      .find((each) => /MD5/.test(each)).matchAll(/(\w+)="?([^",]+)"?/g)].map((m) => [m[1], m[2]]));
    const md5 = (text) => crypto.createHash('md5').update(text).digest('hex');
    const path = new URL(uri).pathname;
    const who = md5(`${username}:${said.realm}:${password}`);
    const response = md5(`${who}:${said.nonce}:00000001:c0ffee:auth:${md5(`GET:${path}`)}`);
    const authorization = `Digest username="${username}", realm="${said.realm}", nonce="${said.nonce}", `
      + `uri="${path}", algorithm=MD5, qop=auth, nc=00000001, cnonce="c0ffee", response="${response}"`;
    http.get(uri, { headers: { authorization } }, (second) => {
      const parts = [];
      second.on('data', (part) => parts.push(part));
      second.on('end', () => {
        const data = Buffer.concat(parts);
        const jpeg = data[0] === 0xff && data[1] === 0xd8;
        done(jpeg ? null : new Error(`HTTP ${second.statusCode}, no JPEG`), `${data.length} bytes`);
      });
    }).on('error', done);
  }).on('error', done);
}

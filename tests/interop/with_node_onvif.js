// node-onvif (npm): promises, WS-UsernameToken on SOAP and HTTP Digest on pictures.
'use strict';
const onvif = require('node-onvif');

const [host, port, user, pass] = process.argv.slice(2);
const told = (step, ok, said) =>
  console.log(JSON.stringify({ step, ok, said: String(said).slice(0, 500) }));
const step = async (name, start) => {
  try {
    const answer = await start();
    told(name, answer !== undefined && answer !== null, JSON.stringify(answer));
    return answer;
  } catch (error) {
    told(name, false, error.message);
    return undefined;
  }
};

(async () => {
  const device = new onvif.OnvifDevice({
    xaddr: `http://${host}:${port}/onvif/device_service`, user, pass,
  });
  await step('device', () => device.init());
  await step('profiles', async () => device.getProfileList());
  await step('stream', async () => device.getUdpStreamUrl());
  const token = { ProfileToken: device.getCurrentProfile().token };
  const ptz = device.services.ptz;
  const presets = await step('presets', async () =>
    (await ptz.getPresets(token)).data.GetPresetsResponse.Preset);
  const gate = (presets || []).find((each) => each.Name === 'gate');
  await step('goto', async () =>
    (await ptz.gotoPreset({ ...token, PresetToken: gate.$.token })).data);
  await step('status', async () => (await ptz.getStatus(token)).data.GetStatusResponse.PTZStatus);
  await step('snapshot', async () => {
    const { headers, body } = await device.fetchSnapshot();
    if (body[0] !== 0xff || body[1] !== 0xd8) throw new Error('no JPEG');
    return `${headers['content-type']}, ${body.length} bytes`;
  });
  process.exit(0);
})();

"""Files that hold every key there is: what the readers and the schemas are held against.

A key that is missing here is told by `tests/properties/test_schema_agrees.py`. A kind may have
several files: keys exclude each other.
"""

TOPOLOGY = """\
topology: depot
version: 1
overlaps:
  - {a: gate-fixed, b: yard-ptz, shared: 12.5 m2, people: 34, last: 2026-05-31, declared: false}
passages:
  - {from: gate-fixed, to: yard-ptz, median: 6.8s, p10: 6.4s, p90: 7.5s, gone: 9, last: 2026-05-31, declared: true}
"""

SITE = """\
site: depot
version: 1
timezone: Europe/Berlin
location: {latitude: 52.52, longitude: 13.4}
plan: {size: [48, 32], image: plan.png}
policies: ../policies
mqtt: {at: 127.0.0.1:1883, credentials: service, tls: true}
discovery: [eth0]
authorities: authorities.pem
cameras:
  gate-fixed:
    at: 192.0.2.11
    transport: udp
    serial: 4711
    credentials: gate
    stands: {at: [12.0, 4.0], height: 4.5 m}
    looks: {azimuth: 35 deg, tilt: -18 deg, roll: 1 deg}
    lens: {fov: 62 deg, picture: [1280, 720], bend: -0.12}
  yard-ptz:
    at: 192.0.2.14:8443
    tls: true
    password_text: true
    credentials: yard
    stands: {at: [30, 9], height: 600 cm}
    looks: {azimuth: 130 deg, tilt: 0 deg}
    lens: {fov: 62 deg to 5 deg}
    ptz: {pan: -170 deg to 170 deg, tilt: -90 deg to 20 deg, speed: {pan: 90 deg/s, tilt: 60 deg/s}}
    presets: [home, gate, dock]
    home: home
    park: dock
walls: [[[0, 0], [4, 0]]]
zones:
  yard: [[0, 0], [40, 0], [40, 25], [0, 25]]
  windows: {of: yard-ptz, directions: [[10, 5], [40, 5], [40, 25]]}
lines:
  gate-line: {from: [4, 6], to: [10, 6]}
calendars:
  closed-hours: {daily: 22:00 to 05:00, also: holidays}
  holidays: {dates: [2026-12-25]}
  weekend: {days: sat to sun}
  feasts: {holidays: [DE-BE, PL], except: weekend}
  dark: {daily: sunset + 30m to sunrise}
people:
  security-desk: {mail: desk@depot.example}
operators:
  anna: {role: operator, credentials: anna}
flags: {storm: false}
privacy: {break_glass: {roles: [operator, engineer], for: 10m}}
arbitration:
  bands: [operator, alarm, handoff, analytics, patrol, home]
  operator_hold: 60s
  moves_per_minute: 8
  moves_per_hour: 600
  min_dwell: 3s
  home_after: 20s
  linger: 6s
  privacy_margin: 2 deg
  steal_margin: 10
  settle: 1500ms
  lease: {max: 30m}
watching:
  idle: key pictures
  motion_gate: true
  detector: {device: GPU, otherwise: CPU, mode: latency}
  reidentify: {model: people-apart, because: The yard has a blind gap., basis: DPIA 2026-03, cameras: [gate-fixed]}
"""
ROUNDS = (
    "policies/rounds/policy.yaml",
    """\
patrol: rounds
version: 1
because: A policy runs it.
every: 30m
stops: [{camera: yard-ptz, preset: gate, dwell: 12s}]
""",
)
"""A patrol that has to lie beside the files, since one of them names it."""
POLICIES = (
    """\
policy: night
version: 1
because: Nobody works at night.
basis: DPIA 2026-03
band: alarm
during: closed-hours
on: {enters: yard, who: [person, vehicle]}
when: target.confidence >= 0.7
hold: 1s
clear: 15s
cooldown: {for: 60s, per: target}
do:
  - look: {at: {camera: yard-ptz, preset: gate}, with: best, for: 45s}
  - look: {at: {zone: yard}, for: 45s}
  - alarm: {severity: high, say: Person in {zone}, to: security-desk, acknowledge_within: 2m, then: security-desk}
  - imaging:
      cameras: gate-fixed
      set:
        brightness: 60 %
        contrast: 40 %
        saturation: 30 %
        sharpness: 20 %
        ir_cut: off
        wide_dynamic_range: on
      for: 10m
  - auxiliary: {cameras: [yard-ptz], run: "tt:Wiper|On", afterwards: "tt:Wiper|Off", for: 5m}
  - follow: {with: best, for: 60s}
  - park: {cameras: yard-ptz, for: 10m}
  - patrol: {run: rounds, for: 10m}
priority: 70
""".replace("Person in {zone}", '"Person in {zone}"'),
    """\
policy: ahead
version: 1
because: Who leaves is awaited.
mode: shadow
band: handoff
on: {leaves: any view, who: person, within: 3s}
cooldown: 10s
do:
  - look: {at: next view, for: 20s, otherwise: search last seen}
  - hand over: {to: next view, with: [yard-ptz], for: 20s, confirm_within: 6s, otherwise: search last seen}
""",
    """\
policy: waiting
version: 1
because: A vehicle waits too long.
band: analytics
on: {stays: [yard], who: vehicle, for: 10m}
do:
  - look: {at: target, for: 20s}
""",
    """\
policy: gate
version: 1
because: The gate is one way.
band: analytics
on: {crosses: gate-line, who: [person, bike], towards: out}
do:
  - look: {at: target, for: 20s}
""",
    """\
policy: crowd
version: 1
because: The yard is too full.
band: analytics
on: {occupied: yard, who: person}
when: zone.count >= 25
clear_when: zone.count < 18
do:
  - look: {at: zone, for: 20s}
""",
    """\
policy: tamper
version: 1
because: Somebody handles a camera.
band: alarm
on: {reports: [tamper, too dark], from: gate-fixed}
do:
  - look: {at: camera, for: 20s}
""",
    """\
policy: storm
version: 1
because: There is a storm.
band: analytics
on: {site: storm}
do:
  - look: {at: yard, for: 20s}
""",
    """\
patrol: tour
version: 1
because: The insurance asks for it.
basis: contract
during: closed-hours
every: 20m
stops:
  - {camera: yard-ptz, preset: gate, dwell: 12s}
interrupted: restart
""",
    """\
patrol: round
version: 1
because: The insurance asks for it.
cron: "*/20 22-23,0-5 * * *"
timezone: Europe/London
missed: once
stops:
  - {camera: yard-ptz, preset: gate, dwell: 12s}
""",
    """\
privacy: yard-is-private
version: 1
because: Works agreement.
basis: works agreement
during: closed-hours
zones: [yard]
never: [look, record]
unknown_pose: stay
""",
)
CASES = (
    """\
case: a walker is looked at
site: config/depot
at: 2026-03-29T01:58+01:00
flags: {storm: true}
given:
  - {at: 0s, target: p1, who: person, walks: [[1, 1], [2, 2]], pace: 1.4 m/s, confidence: 0.8}
  - {at: 0s, target: p2, stands: [1, 1], leaves: gate-fixed, in: 4s, towards: yard-ptz/gate, there: [5, 4], chance: 40 %}
  - {at: 1s, target: p3, enters: yard}
  - {at: 2s, target: p1, gone: true}
  - {at: 3s, operator: anna, goto: {camera: yard-ptz, preset: dock}}
  - {at: 4s, operator: anna, take: {camera: yard-ptz, for: 30s}}
  - {at: 5s, operator: anna, release: yard-ptz}
  - {at: 6s, operator: anna, break glass: {rule: rest-area, reason: somebody fell, for: 5m}}
  - {at: 7s, operator: anna, close glass: rest-area}
  - {at: 6s, operator: anna, acknowledge: night}
  - {at: 6s, targets: 12, who: person, stand in: yard, confidence: 0.8}
  - {at: 7s, targets: 3, leave: yard}
  - {at: 8s, camera: gate-fixed, reports: input, part: door, for: 4s}
  - {at: 9s, flag: storm, set: on}
expect:
  - {by: 2s, camera: yard-ptz, preset: gate, looks_at: p1, because: operator anna}
  - {by: 3s, alarm: high, to: security-desk}
  - {by: 4s, answer: privacy}
  - {by: 5s, sees: yard}
  - {never: {camera: yard-ptz, preset: gate, looks_at: p1, because: home}}
  - {never: {sees: yard}}
  - {never: {alarm: low, to: security-desk}}
  - {never: {answer: busy}}
  - {never: {set: {brightness: 60 %}}}
  - by: 5s
    camera: gate-fixed
    set:
      brightness: 60 %
      contrast: 40 %
      saturation: 30 %
      sharpness: 20 %
      ir_cut: auto
      wide_dynamic_range: off
  - {by: 5s, runs: "tt:Wiper|On"}
  - {by: 5s, put_back: [brightness, "tt:Wiper"]}
  - {never: {runs: "tt:Wiper|On"}}
  - {never: {put_back: contrast}}
""",
)
INVENTORY = """\
inventory: depot
version: 1
cameras:
  gate-fixed: {serial: 4711, model: "", imaging: [brightness, contrast, saturation, sharpness, ir_cut, wide_dynamic_range], auxiliary: "tt:IRLamp|On"}
  yard-ptz:
    serial: SIM-0004
    model: Dome 360
    presets:
      home: {azimuth: 126 deg, tilt: -22 deg, fov: 61 deg}
      "Tor 2": unknown
"""
MODELS = (
    """\
models:
  - name: people
    file: zoo/people.xml
    sha384: HASH
    bytes: 1000
    weights_sha384: HASH
    weights_bytes: 2000
    source: https://models.example/zoo/people.xml
    input: 544x320
    decoder: ssd
    labels: {0: vehicle, 1: person}
    threshold: 0.5
    overlap: 0.5
    precision: f32
    licence: Apache-2.0
    purpose: people indoors
""".replace("HASH", "ab" * 48),
    """\
models:
  - name: yolo
    file: zoo/yolo.onnx
    sha384: HASH
    input:
      size: 640x640
      resize: letterbox
      colour: rgb
      scale: 255
      mean: [0.485, 0.456, 0.406]
      deviation: [0.229, 0.224, 0.225]
      pad: 114
    decoder: yolo-v8
    labels: {0: person}
    threshold: 0.5
    licence: MIT
    purpose: people outdoors
  - name: paint
    file: zoo/paint.onnx
    sha384: HASH
    input: 72x72
    decoder: attributes
    attributes: {colour: [red, green]}
    licence: MIT
    purpose: colours of vehicles
""".replace("HASH", "cd" * 48),
)
EVERY_KEY: dict[str, tuple[str, ...]] = {
    "site": (SITE,),
    "policy": POLICIES,
    "case": CASES,
    "inventory": (INVENTORY,),
    "topology": (TOPOLOGY,),
    "models": MODELS,
}

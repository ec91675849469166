"""A site file without a mistake: tests of the loader spoil it in one place."""

GOOD = """\
site: depot
version: 1
timezone: Europe/Berlin
plan: {size: [48, 32], image: plan.png}
policies: ../../policies
mqtt: {at: 127.0.0.1:1883, credentials: service}
cameras:
  gate-fixed:
    at: 192.0.2.11
    credentials: gate
    stands: {at: [12.0, 4.0], height: 4.5 m}
    looks: {azimuth: 35 deg, tilt: -18 deg}
    lens: {fov: 62 deg}
  yard-ptz:
    at: 192.0.2.14:8080
    serial: SIM-0004
    credentials: yard
    stands: {at: [30.0, 9.0], height: 6 m}
    looks: {azimuth: 200 deg, tilt: 0 deg}
    lens: {fov: 62 deg to 4 deg, picture: [1920, 1080]}
    ptz: {pan: -170 deg to 170 deg, tilt: -90 deg to 20 deg, speed: {pan: 100 deg/s, tilt: 80 deg/s}}
    presets: [home, gate, dock]
    home: home
walls:
  - [[0, 0], [4, 0], [4, 4]]
zones:
  yard: [[0, 0], [40, 0], [40, 25], [0, 25]]
calendars:
  closed-hours: {daily: 22:00 to 05:00, also: public-holidays}
  public-holidays: {dates: [2026-12-25]}
  working-hours: {days: mon to fri, daily: [06:00 to 12:00, 13:00 to 18:00]}
people:
  security-desk: {mail: desk@depot.example}
operators:
  anna: {role: operator, credentials: operator-anna}
flags: {maintenance: false}
arbitration:
  bands: [alarm, operator, handoff, analytics, patrol, home]
  operator_hold: 60s
  moves_per_minute: 8
"""

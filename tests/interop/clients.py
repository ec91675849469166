"""The clients: what each is, how it is run, and what it must have found out."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from tests.interop.environments import Debian, Environment, Npm, Pip, Present


@dataclass(frozen=True, slots=True)
class Target:
    """The simulated camera that everybody is sent to."""

    host: str
    port: int
    rtsp_port: int
    username: str
    password: str
    serial: str

    @property
    def stream(self) -> str:
        """Return the address of its stream."""
        return f"rtsp://{self.host}:{self.rtsp_port}/main"

    @property
    def stream_with_login(self) -> str:
        """Return the same with the login in it, as command lines want it."""
        login = f"{quote(self.username)}:{quote(self.password)}"
        return self.stream.replace("rtsp://", f"rtsp://{login}@")

    @property
    def must_say(self) -> Mapping[str, str]:
        """Return what is to be found in what a client says of a step."""
        return {"device": self.serial, "stream": self.stream, "presets": "gate"}


@dataclass(frozen=True, slots=True)
class Client:
    """One client. A script prints its steps; a program's end and output are the step ``stream``."""

    name: str
    environment: Environment
    arguments: Callable[[Target], Sequence[str]]
    says: str = ""
    """What a program that is no script of ours must print."""
    is_script: bool = True
    driver: str = ""
    """The script that drives a program at its prompt."""
    wants_network: bool = False
    """Whether it must be on another machine than the camera."""


def _all(target: Target) -> Sequence[str]:
    return (target.host, str(target.port), target.username, target.password)


def _ffprobe(target: Target) -> Sequence[str]:
    entries = ("-show_entries", "stream=codec_name,width,height", "-of", "json")
    return ("-v", "error", "-rtsp_transport", "tcp", *entries, target.stream_with_login)


def _rtspsrc(target: Target) -> Sequence[str]:
    login = (f"user-id={target.username}", f"user-pw={target.password}")
    source = ("rtspsrc", f"location={target.stream}", "protocols=tcp", *login)
    sink = ("!", "identity", "eos-after=5", "!", "fakesink", "sync=false")
    return (*source, "!", "rtph264depay", *sink)


# The judge of the newest schemas and the quick ones go first: CI gives them a minute.
CLIENTS: Final = (
    Client("onvif-python", Pip("onvif-python", "0.4.7", "with_onvif_python.py"), _all),
    Client("onvif (npm)", Npm("onvif", "0.8.3", "with_npm_onvif.js"), _all),
    Client("node-onvif", Npm("node-onvif", "0.1.7", "with_node_onvif.js"), _all),
    Client("ffprobe", Present("ffprobe"), _ffprobe, says="h264", is_script=False),
    Client(
        "rtspsrc",
        Debian("gst-launch-1.0", ("gstreamer1.0-tools", "gstreamer1.0-plugins-good")),
        _rtspsrc,
        is_script=False,
    ),
    Client("onvif-zeep-async", Pip("onvif-zeep-async", "4.3.0", "with_onvif_zeep_async.py"), _all),
    Client("onvif-zeep", Pip("onvif-zeep", "0.2.12", "with_onvif_zeep.py"), _all),
    Client(
        "onvif-util",
        Debian("onvif-util", ("onvif-tools",)),
        _all,
        driver="with_onvif_util.py",
        wants_network=True,
    ),
)


@dataclass(frozen=True, slots=True)
class Step:
    """How a client fared in a step."""

    name: str
    good: bool
    said: str


def steps_of(client: Client, target: Target, code: int, output: str) -> list[Step]:
    """Return the steps in what a client printed; one that crashed has failed in something."""
    if not client.is_script:
        good = code == 0 and client.says in output
        return [Step("stream", good, output.strip()[-200:])]
    steps = [_step(json.loads(line), target) for line in output.splitlines() if line[:1] == "{"]
    if code != 0 or not steps:
        steps.append(Step("end", good=False, said=f"exit code {code}"))
    return steps


def _step(told: Mapping[str, object], target: Target) -> Step:
    name, said = str(told["step"]), str(told["said"])
    wanted = target.must_say.get(name, "")
    if told["ok"] and wanted not in said:
        return Step(name, good=False, said=f"`{wanted}` is not in: {said[:120]}")
    return Step(name, told["ok"] is True, said)

"""The questions of onboarding: who are you, what can you do; none of them moves the camera."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

import structlog
from lxml import etree

from orchestrator.adapters.onvif import answers, fast, imaging, names, spaces
from orchestrator.adapters.onvif.addresses import Origin
from orchestrator.adapters.onvif.answers import Claims, Endpoints, Identity, Profile
from orchestrator.adapters.onvif.calls import Calls, Memory, NoService, Question, answer_in
from orchestrator.adapters.onvif.engine import Engine
from orchestrator.adapters.onvif.fast import PresetEntry, Status
from orchestrator.adapters.onvif.imaging import Picture
from orchestrator.adapters.onvif.names import Operation, Service
from orchestrator.adapters.onvif.spaces import GENERIC, Spaces
from orchestrator.adapters.onvif.transport import CALL_DEADLINE_S
from orchestrator.domain.imaging import Imaging
from orchestrator.errors import BadAnswer, CameraFault, NotSupported

log = structlog.get_logger(__name__)

CANNOT: Final = (NotSupported, CameraFault, BadAnswer)
"""The camera answered, but not with what was asked for."""

_BOTH_TELL: Final = frozenset({Service.MEDIA, Service.PTZ, Service.IMAGING, Service.EVENTS})
"""Where GetServices lacks one of these, GetCapabilities is asked whether it has more."""

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Head:
    """What is needed to steer: the PTZ service's path and the profile that has its head."""

    target: str
    profile: str
    reports_move_status: bool
    commands: tuple[str, ...] = ()
    """The auxiliary commands that its node lists."""
    spaces: Spaces = GENERIC
    memory: Memory[tuple[PresetEntry, ...]] = field(default_factory=Memory, compare=False)
    """Its presets, as long as they are answered the same."""


class Interview:
    """Asks one camera; every method is one question or a few of the same kind."""

    def __init__(
        self, camera: str, origin: Origin, device: str, calls: Calls, engine: Engine
    ) -> None:
        """Keep whom to ask; ``device`` is the path of its device service."""
        self._camera = camera
        self._host = origin.host
        self.device = device
        self._calls = calls
        self.engine = engine
        self.absent: set[Service] = set()
        """The services whose addresses were found to lead nowhere."""
        self.rewritten: set[str] = set()
        """What named another host: services by their name, ``stream``, ``snapshot``."""
        self.asked: set[Service] = set()
        """The services that were asked anything."""
        self._claims = Claims()

    async def identity(self, *, unsigned: bool) -> Identity:
        """Return who the camera says it is, without sending a login when ``unsigned``."""
        question = Question(
            names.GET_DEVICE_INFORMATION,
            self.engine.build(names.GET_DEVICE_INFORMATION),
            self.device,
        )
        read = self.reader(names.GET_DEVICE_INFORMATION, answers.identity)
        ask = self._calls.unsigned if unsigned else self.signed
        return await ask(question, read)

    async def endpoints(self) -> Endpoints:
        """Return the services' paths: of GetServices, and what only the older GetCapabilities has."""
        try:
            found = await self._services()
        except CANNOT:
            found = await self._capabilities()
        else:
            if not found.targets.keys() >= _BOTH_TELL:
                with suppress(*CANNOT):
                    found = found.with_others(await self._capabilities())
        for service, why in found.refused.items():
            log.warning("service refused", camera=self._camera, service=service.prefix, why=why)
        self.rewritten |= service_names(found.elsewhere)
        return found

    async def _services(self) -> Endpoints:
        """Ask for all services, with what each says of itself: that is not asked one by one then."""
        try:
            found, self._claims = await self._services_told(claiming=True)
        except (CameraFault, BadAnswer):  # it may be the claims that it stumbles over
            found, self._claims = await self._services_told(claiming=False)
        return found

    async def _services_told(self, *, claiming: bool) -> tuple[Endpoints, Claims]:
        operation = names.GET_SERVICES
        read = self.reader(
            operation, lambda answer: answers.endpoints_of_services(answer, self._host)
        )
        question = Question(
            operation, self.engine.build(operation, IncludeCapability=claiming), self.device
        )
        return await self.signed(question, lambda root: (read(root), answers.claims(root)))

    async def _capabilities(self) -> Endpoints:
        return await self.ask(
            names.GET_CAPABILITIES,
            self.device,
            lambda answer: answers.endpoints_of_capabilities(answer, self._host),
            Category=["All"],
        )

    async def events(self, target: str) -> bool:
        """Return whether the event service is there and says that it keeps pull points."""
        payload = self.engine.build(names.GET_EVENT_CAPABILITIES)
        question = Question(names.GET_EVENT_CAPABILITIES, payload, target)
        try:
            return await self.signed(question, answers.pulls)
        except NoService:
            return False
        except CANNOT:
            return True  # something answers there; whoever listens will see

    async def head(self, target: str, profiles: tuple[Profile, ...]) -> Head | None:
        """Return how to steer the camera, or None when it has no head to steer."""
        profile = next((each for each in profiles if each.head), None)
        if profile is None:
            return None
        try:
            nodes, listed = await self.ask(
                names.GET_NODES,
                target,
                lambda answer: (answers.node_commands(answer), spaces.of_node(answer)),
            )
        except CANNOT:
            return None
        if not nodes:
            return None
        reports_status = await self._reports_move_status(target, profile.token)
        listed = await self._corrected(target, profile.head, listed)
        return Head(target, profile.token, reports_status, nodes[0], listed)

    async def _corrected(self, target: str, configuration: str, listed: Spaces) -> Spaces:
        """Return what a node lists as the configuration in use has it, if the camera says."""
        try:
            return await self.ask(
                names.GET_PTZ_OPTIONS,
                target,
                lambda answer: spaces.with_options(listed, answer),
                ConfigurationToken=configuration,
            )
        except CANNOT:
            return listed

    async def picture(self, target: str, profiles: tuple[Profile, ...]) -> Picture | None:
        """Return how the picture can be set, or None when the camera has no such settings."""
        source = next((each.source for each in profiles if each.source), None)
        if source is None:
            return None
        try:
            payload = self.engine.build(names.GET_IMAGING_OPTIONS, VideoSourceToken=source)
            question = Question(names.GET_IMAGING_OPTIONS, payload, target)
            ranges = await self.signed(question, imaging.ranges)
        except CANNOT:
            return None
        return Picture(target, source, ranges)

    async def settings(self, picture: Picture) -> Imaging:
        """Return the picture's settings as they are now."""
        operation = names.GET_IMAGING_SETTINGS
        payload = self.engine.build(operation, VideoSourceToken=picture.source)
        return await self.signed(
            Question(operation, payload, picture.target),
            lambda root: imaging.settings(root, picture.ranges),
        )

    async def change(self, picture: Picture, wanted: Imaging) -> None:
        """Set these settings of the picture, for as long as the camera runs."""
        payload = self.engine.build(
            names.SET_IMAGING_SETTINGS,
            VideoSourceToken=picture.source,
            ImagingSettings=imaging.written(wanted, picture.ranges),
            ForcePersistence=False,
        )
        question = Question(names.SET_IMAGING_SETTINGS, payload, picture.target)
        await self.signed(question, fast.empty(names.SET_IMAGING_SETTINGS))

    async def device_commands(self) -> tuple[str, ...]:
        """Return the auxiliary commands that the device itself lists, beside those of its head."""
        if Service.DEVICE in self._claims.told:
            return self._claims.commands
        payload = self.engine.build(names.GET_DEVICE_CAPABILITIES)
        question = Question(names.GET_DEVICE_CAPABILITIES, payload, self.device)
        try:
            return await self.signed(question, answers.device_commands)
        except CANNOT:
            return ()

    async def command(self, command: str, head: Head | None) -> None:
        """Send an auxiliary command to the head, or where there is none to the device."""
        if head is None:
            operation, target = names.SEND_DEVICE_AUXILIARY, self.device
            payload = self.engine.build(operation, AuxiliaryCommand=command)
        else:
            operation, target = names.SEND_AUXILIARY, head.target
            payload = self.engine.build(operation, ProfileToken=head.profile, AuxiliaryData=command)
        question = Question(operation, payload, target)
        await self.signed(question, fast.empty(operation))

    async def _reports_move_status(self, target: str, profile: str) -> bool:
        """Return what the camera claims, or else what its status shows."""
        try:
            claimed = await self._claimed_move_status(target)
            if claimed is None:
                claimed = (await self.status(Head(target, profile, False))).moving is not None
        except CANNOT:
            return False
        return claimed

    async def _claimed_move_status(self, target: str) -> bool | None:
        if Service.PTZ in self._claims.told:
            return self._claims.reports_move_status
        payload = self.engine.build(names.GET_PTZ_CAPABILITIES)
        question = Question(names.GET_PTZ_CAPABILITIES, payload, target)
        return await self.signed(question, answers.reports_move_status)

    async def presets(self, head: Head) -> tuple[PresetEntry, ...]:
        """Return the presets with their tokens."""
        question = Question(
            names.GET_PRESETS, fast.get_presets(head.profile), head.target, memory=head.memory
        )
        return await self.signed(question, lambda root: fast.presets(answer_in(root), head.spaces))

    async def status(self, head: Head, deadline_s: float = CALL_DEADLINE_S) -> Status:
        """Return the head's own report."""
        payload = fast.get_status(head.profile)
        question = Question(names.GET_STATUS, payload, head.target, deadline_s)
        return await self.signed(question, lambda root: fast.status(answer_in(root), head.spaces))

    async def tell(self, operation: Operation, target: str, **arguments: object) -> None:
        """Ask for something that is answered with nothing but that it was done."""
        question = Question(operation, self.engine.build(operation, **arguments), target)
        await self.signed(question, fast.empty(operation))

    async def signed(self, question: Question, read: Callable[[etree._Element], Made]) -> Made:
        """Return ``read`` of the answer; note the service as absent where nothing is there."""
        self.asked.add(question.operation.service)
        try:
            return await self._calls.signed(question, read)
        except NoService as error:
            self.absent.add(question.operation.service)
            log.warning("service absent", camera=self._camera, why=str(error))
            raise

    async def ask(
        self,
        operation: Operation,
        target: str,
        make: Callable[[Any], Made],
        **arguments: object,
    ) -> Made:
        """Return ``make`` of the answer to an operation that the WSDL files know."""
        question = Question(operation, self.engine.build(operation, **arguments), target)
        return await self.signed(question, self.reader(operation, make))

    def reader(
        self, operation: Operation, make: Callable[[Any], Made]
    ) -> Callable[[etree._Element], Made]:
        """Return ``make`` after zeep's reading of an operation's answer."""
        return answers.reader(lambda root: self.engine.parse(operation, root), make)


def service_names(services: Iterable[Service]) -> frozenset[str]:
    """Return services as the passport lists them."""
    return frozenset(service.name.lower() for service in services)

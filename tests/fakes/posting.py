"""One SOAP request to a device on this machine, and its body back."""

from orchestrator.adapters.onvif.addresses import Origin
from orchestrator.adapters.onvif.asked import Asked
from orchestrator.adapters.onvif.names import Operation
from orchestrator.adapters.onvif.transport import CALL_DEADLINE_S, Request, Transport


async def posted(host: str, port: int, operation: Operation, body: bytes) -> bytes:
    """Return the answer's body."""
    async with Transport() as transport:
        request = Request(Origin(host, port), "/onvif/any_service", operation.action, body)
        asked = Asked.now("test", operation)
        return (await transport.reply_to(request, asked, CALL_DEADLINE_S)).body

"""ONVIF camera orchestration: find cameras, hand people from view to view, steer PTZ presets.

sense: discover -> onboard -> watch; think: track -> hand off -> recognise -> decide;
act: steer -> tell. The map of the house is ``docs/architecture.md``.
"""

from importlib.metadata import version

__version__ = version("onvif-orchestrator")

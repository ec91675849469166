"""MQTT: the broker as a connection that comes and goes, and a small broker for one machine.

In: messages to publish, topic filters to hear, credentials.
Out: messages that arrived; ``BusError`` where the broker did not take one.
Law: publishing returns only when the broker has it; nobody publishes or reads as somebody else.
"""

from orchestrator.adapters.mqtt.broker import embedded_broker, serve_broker
from orchestrator.adapters.mqtt.client import AiomqttBus
from orchestrator.adapters.mqtt.mosquitto import mosquitto_config

__all__ = ["AiomqttBus", "embedded_broker", "mosquitto_config", "serve_broker"]

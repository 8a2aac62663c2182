"""The variables that LocalStack is started with."""

from __future__ import annotations

from emulator.stack.settings import StackSettings

LOG_LEVELS = {
    "localstack.request.aws": "WARNING",  # each poll of a running job
    "localstack.request.http": "WARNING",  # each heartbeat
    "localstack.services.events.provider": "WARNING",  # each rule that does not match
    "localstack.services.stepfunctions": "WARNING",
    # Each failed state, with its whole syntax tree; the execution's history has it readable.
    "localstack.services.stepfunctions.asl.component.eval_component": "CRITICAL",
}
"""Loggers of LocalStack that say something many times a second."""


def localstack_environment(settings: StackSettings, listen_host: str = "127.0.0.1") -> dict[str, str]:
    """What `python -m localstack.runtime.main` needs beside the stack's own variables.

    Everything LocalStack writes stays below `<state>/localstack`, it listens on loopback only unless
    `listen_host` says otherwise (a container's does), and it calls nothing on the network: no analytics, no
    downloads, no DNS server, no container engine.
    """
    return {**_network(settings, listen_host), **_folders(settings), **_behaviour()}


def _network(settings: StackSettings, listen_host: str) -> dict[str, str]:
    return {
        "GATEWAY_LISTEN": f"{listen_host}:{settings.gateway_port}",
        "GATEWAY_SERVER": "tarmac",
        # The host in queue URLs: the default, localhost.localstack.cloud, needs a name server.
        "LOCALSTACK_HOST": f"127.0.0.1:{settings.gateway_port}",
        "DNS_ADDRESS": "0",
        "DISABLE_EVENTS": "1",
        "SKIP_SSL_CERT_DOWNLOAD": "1",
        # LocalStack's own boto clients read these; a machine's real ones must not reach them.
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": str(settings.state_dir / "localstack" / "no-aws-config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(settings.state_dir / "localstack" / "no-aws-credentials"),
        "DOCKER_HOST": f"unix://{settings.state_dir / 'localstack' / 'no-docker.sock'}",
    }


def _folders(settings: StackSettings) -> dict[str, str]:
    root = settings.state_dir / "localstack"
    return {
        "OVERRIDE_IN_DOCKER": "0",
        "FILESYSTEM_ROOT": str(root),
        "LOCALSTACK_VOLUME_DIR": str(root / "volume"),
        "CONFIG_DIR": str(root / "config"),
    }


def _behaviour() -> dict[str, str]:
    return {
        "CFN_IGNORE_UNSUPPORTED_RESOURCE_TYPES": "0",
        # Services start on first use; hooks.py warms those of a pipeline once the gateway is ready.
        "EAGER_SERVICE_LOADING": "0",
        "STRICT_SERVICE_LOADING": "1",
        "PERSISTENCE": "0",
        "PROVIDER_OVERRIDE_REDSHIFT": "tarmac",  # LocalStack has one of its own, over moto
        "S3_SKIP_SIGNATURE_VALIDATION": "1",
        # Queue URLs like http://127.0.0.1:4566/queue/…; the default has the region in the host name.
        "SQS_ENDPOINT_STRATEGY": "path",
        "SQS_DISABLE_CLOUDWATCH_METRICS": "1",
        "LOG_LEVEL_OVERRIDES": ",".join(f"{name}={level}" for name, level in LOG_LEVELS.items()),
        "PYTHONUNBUFFERED": "1",
    }

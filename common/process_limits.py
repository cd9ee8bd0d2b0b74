"""What a process that reads a sender's file may use; see common.bounded_process. Imports nothing of Django."""

import resource


def bind(*, memory_bytes: int, cpu_seconds: int) -> None:
    """From here on: no more memory and time than this, no byte into any file, no core left behind."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

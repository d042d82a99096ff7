"""How busy the machine is: what is promised in seconds is promised for a machine that is not."""

from time import monotonic, process_time

SAMPLE_SECONDS = 0.05


def slowness() -> float:
    """How many times longer than the processor time that it needs something takes now; 1 on a quiet machine."""
    began, used = monotonic(), process_time()
    while process_time() < used + SAMPLE_SECONDS:
        pass
    return max(1.0, (monotonic() - began) / (process_time() - used))

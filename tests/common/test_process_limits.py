import signal
import subprocess
import sys

BOUND = "from common.process_limits import bind; bind(memory_bytes=256 << 20, cpu_seconds=5); "


def ended(deed: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-c", BOUND + deed], capture_output=True, check=False)


def test_a_bound_process_answers():
    assert ended("print('read')").stdout == b"read\n"


def test_it_writes_no_byte_into_a_file(tmp_path):
    place = tmp_path / "written"

    done = ended(f"open({str(place)!r}, 'wb', buffering=0).write(b'x')")

    assert done.returncode in (1, -signal.SIGXFSZ)
    assert place.read_bytes() == b""


def test_it_gets_no_more_memory():
    assert b"MemoryError" in ended("bytearray(512 << 20)").stderr
